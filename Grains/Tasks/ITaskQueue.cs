using AgentManagement.Tasks;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Hands tasks to the workers. An entry may come twice, late or never: the stored task is the truth, and housekeeping
/// queues again what has had no step for a while.
/// </summary>
public interface ITaskQueue
{
    /// <summary>Whether entries are still there when this process is gone.</summary>
    bool OutlivesProcess { get; }

    /// <summary>False while so much is queued that tasks queued again would only pile up.</summary>
    Task<bool> HasRoomAsync();

    Task EnqueueAsync(TaskEntry entry);

    /// <summary>Waits for the next entry. Another worker gets it, too, if it is neither removed nor renewed for a while.</summary>
    Task<QueuedTask> DequeueAsync(CancellationToken cancellationToken);

    /// <summary>Keeps entries that a worker still holds from being given to others.</summary>
    Task RenewAsync(IReadOnlyCollection<QueuedTask> tasks);

    Task RemoveAsync(QueuedTask task);

    /// <summary>Moves an entry that nothing can be made of to the dead letters.</summary>
    Task DeadLetterAsync(QueuedTask task, string error);
}

/// <summary>What the queue says of a task.</summary>
public sealed record TaskEntry(string TenantId, string TaskId, string Kind, string CorrelationId);

/// <summary>An entry that a worker has dequeued.</summary>
/// <param name="Receipt">The queue's own id of it.</param>
/// <param name="Entry">Null when what was queued is not the entry of a task.</param>
public sealed record QueuedTask(string Receipt, TaskEntry? Entry);
