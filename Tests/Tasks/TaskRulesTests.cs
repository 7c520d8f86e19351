using AgentManagement.Domain.Tasks;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

public sealed class TaskRulesTests
{
    private static readonly TaskError Error = new("internal_error", "It failed.");
    private static readonly DateTimeOffset Later = Given.Now.AddMinutes(1);

    private static readonly TaskState Task = new()
    {
        TaskId = TaskId.New(), Kind = TaskKind.Import, Total = 10, Caller = Given.Caller, CreatedAt = Given.Now, UpdatedAt = Given.Now,
    };

    [Fact]
    public void Progress_moves_on_and_forgets_failures()
    {
        var task = TaskRules.Advance(Task with { Done = 2, Attempts = 3 }, 7, JsonText.EmptyObject, Later);
        Assert.Equal((TaskStatusName.Running, 7, 0, Later), (task.Status, task.Done, task.Attempts, task.UpdatedAt));
        Assert.Null(task.FinishedAt);
    }

    [Fact]
    public void With_its_last_item_a_task_is_complete()
    {
        var task = TaskRules.Advance(Task with { Done = 2 }, 10, JsonText.EmptyObject, Later);
        Assert.Equal((TaskStatusName.Completed, true, Later), (task.Status, task.IsFinished, task.FinishedAt));
    }

    [Theory, InlineData(1), InlineData(11)]
    public void Progress_goes_neither_back_nor_beyond_the_end(int done) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskRules.Advance(Task with { Done = 2 }, done, JsonText.EmptyObject, Later));

    [Fact]
    public void After_failures_the_pauses_grow_and_then_the_task_has_failed()
    {
        var task = Task with { Done = 2 };
        foreach (var seconds in (int[])[1, 3, 9])
        {
            task = TaskRules.Fail(task, Error, Later);
            Assert.False(task.IsFinished);
            Assert.Equal(TimeSpan.FromSeconds(seconds), TaskRules.RetryDelayOf(task, Later));
            Assert.Equal(TimeSpan.FromSeconds(0.5), TaskRules.RetryDelayOf(task, Later.AddSeconds(seconds - 0.5)));
            Assert.Equal(TimeSpan.Zero, TaskRules.RetryDelayOf(task, Later.AddSeconds(seconds)));
        }
        task = TaskRules.Fail(task, Error, Later);
        Assert.Equal((TaskStatusName.Failed, Error, 2, Later), (task.Status, task.Error, task.Done, task.FinishedAt));
        Assert.Equal(TimeSpan.Zero, TaskRules.RetryDelayOf(task, Later));
    }

    [Theory, InlineData("", ""), InlineData("a", "a"), InlineData("a\n", "a"), InlineData("a\n\nb", "a||b"), InlineData("\n", ""),
        InlineData("a\n\n", "a|")]
    public void A_line_feed_at_the_end_ends_the_last_line(string text, string lines)
    {
        var split = TaskLines.Split(text);
        Assert.Equal(lines, string.Join('|', split));
        Assert.Equal(split.Length, TaskLines.Count(text));
    }
}
