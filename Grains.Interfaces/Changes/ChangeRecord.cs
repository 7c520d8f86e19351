namespace AgentManagement.Changes;

/// <summary>One row of a tenant's change log: who did what, when, and what it became.</summary>
[GenerateSerializer, Immutable, Alias("ChangeRecord")]
public sealed record ChangeRecord
{
    /// <summary>The tenant's revision that this change made. No gaps.</summary>
    [Id(0)] public required long Revision { get; init; }

    /// <summary>Unique; the same however often the change is delivered.</summary>
    [Id(1)] public required string EventId { get; init; }

    /// <summary>One of <see cref="ChangeKind"/>.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>The agent; or what else was changed, see <see cref="ChangeSubject"/>.</summary>
    [Id(3)] public required string AgentId { get; init; }
    [Id(4)] public required string AgentName { get; init; }

    /// <summary>The agent's version that this change made.</summary>
    [Id(5)] public required int Version { get; init; }

    /// <summary>The agent's status after the change.</summary>
    [Id(6)] public required string Status { get; init; }

    [Id(7)] public required DateTimeOffset At { get; init; }
    [Id(8)] public required string Actor { get; init; }
    [Id(9)] public required string Role { get; init; }
    [Id(10)] public required string CorrelationId { get; init; }
    [Id(11)] public string? Note { get; init; }

    /// <summary>Where the actor's request came from; null where it is not known.</summary>
    [Id(12)] public string? Address { get; init; }

    /// <summary>What the change did, as the JSON text that the hash covers; null where nothing is told of it.</summary>
    [Id(13)] public string? Details { get; init; }

    /// <summary>SHA-256 of the content that the change made; null where it left none.</summary>
    [Id(14)] public string? DocumentHash { get; init; }

    /// <summary>Covers all of this, and by the hash before it all changes before. 64 hexadecimal digits.</summary>
    [Id(15)] public string Hash { get; init; } = "";

    /// <summary>The task that made the change; null outside of tasks.</summary>
    [Id(16)] public string? TaskId { get; init; }
}
