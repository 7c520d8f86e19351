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
}
