namespace AgentManagement.Changes;

/// <summary>A change as it is told to those who watch a tenant: what happened, without who did it.</summary>
[GenerateSerializer, Immutable, Alias("ChangeEvent")]
public sealed record ChangeEvent
{
    /// <summary>The tenant's revision that the change made. No gaps: a watcher that misses one knows it.</summary>
    [Id(0)] public required long Revision { get; init; }

    /// <summary>Unique; the same however often the change is told.</summary>
    [Id(1)] public required string EventId { get; init; }

    /// <summary>One of <see cref="ChangeKind"/>.</summary>
    [Id(2)] public required string Kind { get; init; }

    [Id(3)] public required DateTimeOffset At { get; init; }
    [Id(4)] public required string CorrelationId { get; init; }

    /// <summary>The agent; or what else was changed, see <see cref="ChangeSubject"/>.</summary>
    [Id(5)] public required string AgentId { get; init; }
    [Id(6)] public required string AgentName { get; init; }

    /// <summary>The agent's version that the change made.</summary>
    [Id(7)] public required int Version { get; init; }

    /// <summary>The agent's status after the change.</summary>
    [Id(8)] public required string Status { get; init; }

    /// <summary>What the change did; null where the log does not say it, as of changes before it could.</summary>
    [Id(9)] public ChangeDetails? Details { get; init; }

    /// <summary>The task that made the change; null outside of tasks.</summary>
    [Id(10)] public string? TaskId { get; init; }

    /// <summary>What a change of a label did; null for all others.</summary>
    [Id(11)] public LabelStep? Step { get; init; }
}

/// <summary>The next changes of a tenant, oldest first.</summary>
/// <param name="Changes">Without gaps from the revision after the one that was asked for; empty when nothing happened in time.</param>
/// <param name="Revision">The tenant's revision.</param>
/// <param name="MustResync">
/// The revision asked for is none that this tenant has had, as after its database was restored: read everything anew and
/// go on from <paramref name="Revision"/>.
/// </param>
[GenerateSerializer, Immutable, Alias("ChangeBatch")]
public sealed record ChangeBatch(ImmutableArray<ChangeEvent> Changes, long Revision, bool MustResync)
{
    /// <summary>What was announced since the last batch, to be told after the changes.</summary>
    [Id(3)] public ImmutableArray<Notice> Notices { get; init; } = [];

    /// <summary>For the next watch: <see cref="WatchRequest.SinceNotice"/>.</summary>
    [Id(4)] public long LastNotice { get; init; }
}
