using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// One change on its way into the log, with everything that keeps counters, lists and idempotency records in step with it.
/// </summary>
public sealed record ChangeEntry
{
    /// <summary>The kind of <see cref="AgentId"/>, one of <see cref="ChangeSubject"/>.</summary>
    public string Resource { get; init; } = ChangeSubject.Agent;

    public required string EventId { get; init; }
    public required string Kind { get; init; }
    public required string TenantId { get; init; }

    /// <summary>What changed, an agent or something else; see <see cref="ChangeSubject"/>.</summary>
    public required string AgentId { get; init; }
    public required string AgentName { get; init; }
    public required int Version { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Actor { get; init; }
    public required string Role { get; init; }

    /// <summary>Where the actor's request came from; null where it is not known.</summary>
    public string? Address { get; init; }
    public required string CorrelationId { get; init; }

    /// <summary>The task that made the change; null outside of tasks.</summary>
    public string? TaskId { get; init; }
    public string? Note { get; init; }

    /// <summary>What the change adds to the tenant's counters.</summary>
    public required UsageDelta Delta { get; init; }

    /// <summary>
    /// The tenant's limits: the change is refused when a counter that it raises would pass one; null where none bounds it.
    /// </summary>
    public required TierLimits? Limits { get; init; }

    /// <summary>The version of the tenant's settings that the limits follow from: of others the change is refused; null for any.</summary>
    public int? SettingsVersion { get; init; }

    /// <summary>What lists search and sort by; null when the agent is to leave the lists.</summary>
    public SearchKeys? Search { get; init; }

    /// <summary>What the tiers count of the agent.</summary>
    public AgentSizes? Sizes { get; init; }

    /// <summary>What the change did, for those who run the agent.</summary>
    public ChangedParts? Details { get; init; }

    /// <summary>Whether what lists look for of which an agent has several may have changed.</summary>
    public bool ChangesTerms => Details is null or { Fields: [] } || Details.Fields.Any(ChangedParts.Terms.Contains);

    /// <summary>Ids of the files that the version mentions. As long as it is kept they stay.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Those of them that a check has found: the change is refused when one is gone meanwhile.</summary>
    public ImmutableArray<string> FilesFound { get; init; } = [];

    /// <summary>What a change of a label did.</summary>
    public LabelStep? Step { get; init; }

    /// <summary>Versions of agents that a label has from then on: the change is refused when one is not kept any more.</summary>
    public ImmutableArray<AgentVersionKey> VersionsFound { get; init; } = [];

    /// <summary>Whether a file goes though kept versions mention it.</summary>
    public bool IsForced { get; init; }

    public string? IdempotencyKey { get; init; }
    public string? Fingerprint { get; init; }

    /// <summary>The change as those who watch are told of it.</summary>
    public ChangeEvent ToEvent(long revision) => new()
    {
        Revision = revision, EventId = EventId, Kind = Kind, At = At, CorrelationId = CorrelationId, TaskId = TaskId,
        AgentId = AgentId, AgentName = AgentName, Version = Version, Status = Status, Details = Details?.ToDetails(),
        Step = Step,
    };
}

/// <summary>Which version of which agent.</summary>
public readonly record struct AgentVersionKey(string AgentId, int Version);

/// <summary>What a change adds to the tenant's counters.</summary>
public readonly record struct UsageDelta(int Agents, int ActiveAgents, int Creates, int Templates = 0, long FileBytes = 0)
{
    /// <summary>The difference that a move from one status to another makes; null stands for "is not there".</summary>
    public static UsageDelta Between(string? before, string? after, bool isNew) =>
        new(Counts(after) - Counts(before), Active(after) - Active(before), isNew ? 1 : 0);

    private static int Counts(string? status) => status is null or AgentStatus.Archived ? 0 : 1;

    private static int Active(string? status) => status is AgentStatus.Active ? 1 : 0;
}
