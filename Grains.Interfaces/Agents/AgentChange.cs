namespace AgentManagement.Agents;

/// <summary>What a command did to an agent.</summary>
/// <param name="Agent">The agent after the command; null after a purge.</param>
/// <param name="Kind">The event, one of <see cref="AgentManagement.Changes.ChangeKind"/>; null when nothing changed.</param>
/// <param name="PreviousStatus">The agent's status before the command; null when there was no agent, or it is a replay.</param>
/// <param name="Replayed">The command had been done before under the same idempotency key; this is its first answer.</param>
[GenerateSerializer, Immutable, Alias("AgentChange")]
public sealed record AgentChange(Agent? Agent, string? Kind, string? PreviousStatus, bool Replayed = false)
{
    /// <summary>The places where somebody else's change was taken over, by their labels; null when nothing was merged.</summary>
    [Id(4)] public ImmutableArray<string>? Merged { get; init; }

    /// <summary>What a dry run would change, place by place; null where it is not told.</summary>
    [Id(5)] public ImmutableArray<DiffOperation>? Differences { get; init; }

    /// <summary>What that means, the gravest first; null where it is not told.</summary>
    [Id(6)] public ImmutableArray<Risk>? Risks { get; init; }

    /// <summary>Whether the command made the agent.</summary>
    public bool Created => Kind is Changes.ChangeKind.Created or Changes.ChangeKind.Cloned or Changes.ChangeKind.Instantiated;
}

/// <summary>A line of an agent's history.</summary>
/// <param name="Version">The version that the change made.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who.</param>
/// <param name="Kind">One of <see cref="AgentManagement.Changes.ChangeKind"/>.</param>
/// <param name="Note">The reason or note that the actor gave.</param>
[GenerateSerializer, Immutable, Alias("AgentVersion")]
public sealed record AgentVersion(int Version, DateTimeOffset At, string Actor, string Kind, string? Note)
{
    /// <summary>JSON pointers of what changed, as in <see cref="AgentManagement.Changes.ChangeDetails"/>.</summary>
    [Id(5)] public ImmutableArray<string> Fields { get; init; } = [];
}
