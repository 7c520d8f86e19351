using AgentManagement.Agents;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;

namespace AgentManagement.Grains.Tasks;

/// <summary>What is done in tasks of one kind. Runs in turns of the task's grain, as the caller who asked for the task.</summary>
internal interface ITaskJob
{
    /// <summary>One of <see cref="TaskKind"/>.</summary>
    string Kind { get; }

    /// <summary>The work, one item a line; see <see cref="TaskLines"/>. An import's lines were uploaded.</summary>
    Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command);

    /// <summary>The result with which the work begins, where the command says something that its items need; else null.</summary>
    JsonText? Begin(TaskCommand command) => null;

    /// <summary>Does the next items, one after the other, until there are enough for one step.</summary>
    /// <param name="task">Where the work stands.</param>
    /// <param name="lines">The next items, as many as were read.</param>
    /// <param name="isEnough">Whether so many items, counted from the first, are enough.</param>
    /// <exception cref="Exception">Not even one item could be done.</exception>
    Task<TaskWork> RunAsync(TaskState task, IReadOnlyList<string> lines, Func<int, bool> isEnough);
}

/// <summary>An item of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Number">Its place among the items, from 1.</param>
/// <param name="Line">What is to be done.</param>
internal sealed record TaskItem(TaskState Task, int Number, string Line)
{
    public string TenantId => Task.Caller.TenantId;

    /// <summary>
    /// Makes the item's write happen once, however often the item is done: after a crash the write is there and the progress
    /// is not. No client can have used the key, since those of clients hold no space.
    /// </summary>
    public WriteOptions Once => new() { Idempotency = new($"task {Task.TaskId} {Number}", Task.Kind) };
}

/// <summary>How far a step came.</summary>
internal sealed record TaskWork(int Done, JsonText Result);
