namespace AgentManagement.Domain.Outcomes;

/// <summary>What became of a write. Whatever it is but Written, nothing was written.</summary>
public enum WriteResult
{
    Written,

    /// <summary>What it was decided on is no longer so: another wrote since it was read.</summary>
    Conflict,

    /// <summary>A counter would have passed its bound.</summary>
    QuotaExceeded,

    /// <summary>Another change was made under the same idempotency key.</summary>
    IdempotencyConflict,

    /// <summary>A kept version refers to the file that was to go.</summary>
    FileInUse,

    /// <summary>Writes are stopped for maintenance.</summary>
    Stopped,

    /// <summary>More is to be written than the database keeps up with.</summary>
    Overloaded,
}
