using AgentManagement.Changes;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>REDIS_QUEUE_TTL: what no worker took in time ends as expired.</summary>
public sealed class TaskExpiryTests
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    private readonly string _task = TaskId.New();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_task_that_no_worker_took_in_time_expires_and_is_told_of(string kind)
    {
        await using var silo = await TaskSilo.StartAsync(kind);
        TestSilo.ActAs("acme");
        await using var watch = silo.Silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme"))
            .WatchAsync(new(), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await watch.MoveNextAsync());
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        silo.Clock.Advance(TimeToLive - TimeSpan.FromMinutes(1));
        await silo.KeepAsync();
        Assert.Equal(TaskStatusName.Queued, (await silo.GetAsync(_task)).Value!.Status);

        silo.Clock.Advance(TimeSpan.FromMinutes(1));
        await silo.KeepAsync();

        var ended = (await silo.GetAsync(_task)).Value!;
        Assert.Equal((TaskStatusName.Expired, 0, "expired"), (ended.Status, ended.Done, ended.Error?.Code));
        Assert.NotNull(ended.FinishedAt);
        Assert.Empty(await silo.LogAsync());
        Assert.Equal(0, await silo.CountInputAsync());
        var notice = await Await.For(NextNoticeAsync(watch), "the notice");
        Assert.Equal(Notice.TaskExpired, notice.Event);
        Assert.Contains("\"status\":\"expired\"", notice.Data.Text, StringComparison.Ordinal);

        // Its result is kept as long after its end, and then it is gone.
        silo.Clock.Advance(TimeToLive - TimeSpan.FromMinutes(1));
        Assert.True((await silo.GetAsync(_task)).IsOk);
        silo.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False((await silo.GetAsync(_task)).IsOk);
    }

    [Fact]
    public async Task A_worker_that_comes_too_late_does_nothing()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        silo.Clock.Advance(TimeToLive);
        var step = await silo.StepAsync(_task);
        Assert.Equal((true, "expired"), (step.IsFinished, step.Error?.Code));
        Assert.Empty(await silo.LogAsync());
        Assert.True((await silo.StepAsync(_task)).IsFinished);
    }

    [Fact]
    public async Task What_a_worker_has_begun_never_expires()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.ImportAsync(_task, TaskSilo.Lines(Enumerable.Range(0, 30).Select(number => $"bot-{number}")));
        Assert.False((await silo.StepAsync(_task)).IsFinished);
        silo.Clock.Advance(TimeToLive * 2);
        await silo.KeepAsync();
        Assert.Equal((TaskStatusName.Completed, 30), await silo.FinishAsync(_task) is var ended ? (ended.Status, ended.Done) : default);
    }

    [Fact]
    public async Task What_waits_for_the_end_of_a_maintenance_window_has_been_taken()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        var windows = silo.Silo.Services.GetRequiredService<MaintenanceStore>();
        await windows.OpenAsync(new(DateTimeOffset.UtcNow.AddHours(3), "new disks"));
        Assert.False((await silo.StepAsync(_task)).IsFinished);
        silo.Clock.Advance(TimeToLive);
        await silo.KeepAsync();
        await windows.CloseAsync();
        Assert.Equal(TaskStatusName.Completed, (await silo.FinishAsync(_task)).Status);
    }

    private static async Task<Notice> NextNoticeAsync(IAsyncEnumerator<ChangeBatch> watch)
    {
        while (await watch.MoveNextAsync())
        {
            if (watch.Current.Notices is [var notice, ..]) return notice;
        }
        throw new InvalidOperationException("The feed has ended.");
    }
}
