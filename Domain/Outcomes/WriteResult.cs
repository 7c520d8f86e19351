namespace AgentManagement.Domain.Outcomes;

/// <summary>What became of a write.</summary>
public enum WriteResult
{
    Written,

    /// <summary>Another activation wrote since the state was read; nothing was written.</summary>
    Conflict,

    /// <summary>The statement's quota guard refused; nothing was written.</summary>
    QuotaExceeded,

    /// <summary>Another request with the same idempotency key was written first; nothing was written.</summary>
    IdempotencyConflict,

    /// <summary>A kept version refers to the file that was to go; nothing was written.</summary>
    FileInUse,

    /// <summary>Writes are stopped for maintenance; nothing was written.</summary>
    Stopped,
}
