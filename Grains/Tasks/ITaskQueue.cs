namespace AgentManagement.Tasks;

/// <summary>
/// Hands tasks to whoever works on them. An entry may come twice, late or never: the stored task is the truth, and what is
/// not heard of for a while is added again.
/// </summary>
internal interface ITaskQueue
{
    /// <summary>Whether entries are still there when this process is gone.</summary>
    bool OutlivesProcess { get; }

    /// <summary>Whether more entries do it any good: those added again and again must not pile up.</summary>
    Task<bool> HasRoomAsync();

    Task AddAsync(TaskEntry entry);

    /// <summary>The next entry, as soon as there is one. Others get it if it is neither ended nor renewed for a while.</summary>
    Task<TakenTask> TakeAsync(CancellationToken cancellationToken);

    /// <summary>Keeps an entry that is being worked on from being given to others.</summary>
    Task RenewAsync(TakenTask taken);

    /// <summary>Removes an entry that is done with.</summary>
    Task EndAsync(TakenTask taken);

    /// <summary>Moves an entry that nothing can be made of to the dead letters.</summary>
    Task BuryAsync(TakenTask taken, string error);
}

/// <summary>What the queue says of a task.</summary>
internal sealed record TaskEntry(string TenantId, string TaskId, string Kind, string CorrelationId);

/// <summary>An entry in the hands of a worker.</summary>
/// <param name="Receipt">What the queue knows it by.</param>
/// <param name="Entry">The entry; null when it is not one.</param>
internal sealed record TakenTask(string Receipt, TaskEntry? Entry);
