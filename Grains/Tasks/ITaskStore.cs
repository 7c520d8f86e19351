using AgentManagement.Domain.Tasks;

namespace AgentManagement.Grains.Tasks;

/// <summary>Keeps tasks. A task that has ended never changes, and none goes back, whatever the grains believe.</summary>
public interface ITaskStore
{
    /// <summary>Adds a task with its input; false when there is one of this id.</summary>
    Task<bool> AddAsync(TaskState task, string input);

    /// <summary>The task; null when there is none.</summary>
    Task<TaskState?> FindAsync(string tenantId, string taskId);

    /// <summary>The lines that the task works on; null when there are none, as after its end.</summary>
    Task<string?> ReadInputAsync(string tenantId, string taskId);

    /// <summary>Writes the task as it is after a step, and with its end removes its input.</summary>
    /// <returns>False, and nothing was written, when it is not any more as it was before the step.</returns>
    Task<bool> WriteAsync(TaskState before, TaskState after);

    /// <summary>The tenant's tasks, newest first, without those that ended before a time.</summary>
    Task<ImmutableArray<TaskState>> ListAsync(string tenantId, DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken);

    /// <summary>How many of the tenant's tasks have not ended.</summary>
    Task<int> CountUnfinishedAsync(string tenantId);

    /// <summary>Takes the unfinished tasks without a step since a time, nor queued again since then, oldest first, and notes that they are queued now.</summary>
    Task<ImmutableArray<TaskEntry>> RequeueStalledAsync(DateTimeOffset stalledSince, DateTimeOffset now, int limit);

    /// <summary>Deletes the tasks that ended before a time.</summary>
    Task DeleteEndedAsync(DateTimeOffset endedBefore);
}
