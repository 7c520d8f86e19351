using AgentManagement.Access;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Name">The label.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
public sealed record LabelContext(string TenantId, string Name, Caller Caller, DateTimeOffset Now)
{
    /// <summary>The id of a release that is made.</summary>
    public string NewId { get; init; } = "";

    /// <summary>What keys are mixed with in a rollout that is made.</summary>
    public string NewSeed { get; init; } = "";

    /// <summary>What is known of the versions that are to be released, by agent.</summary>
    public ImmutableDictionary<string, VersionFacts> Facts { get; init; } = ImmutableDictionary<string, VersionFacts>.Empty;

    /// <summary>The release that a rollback takes back, where it has ended.</summary>
    public ReleaseDocument? Finished { get; init; }

    /// <summary>How long the steps that hold have been watched.</summary>
    public RolloutWatch Watch { get; init; } = new();

    /// <summary>How far the step has come whose next one waits for runtimes; null where none does.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>How many labels the tenant has.</summary>
    public int Labels { get; init; }
}

/// <summary>What is known of a version that is to be released.</summary>
public sealed record VersionFacts
{
    /// <summary>There is such an agent, and it is not archived.</summary>
    public bool IsThere { get; init; }

    /// <summary>The version's content is kept.</summary>
    public bool IsKept { get; init; }

    /// <summary>Of the version, as the log has it.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>Those who made the agent's versions since the one that it takes the place of.</summary>
    public ImmutableArray<string> Authors { get; init; } = [];

    /// <summary>What checks say of the version.</summary>
    public ImmutableArray<VersionCheck> Checks { get; init; } = [];

    /// <summary>What the label has that must have a version before; null when it has none.</summary>
    public int? StableBefore { get; init; }
}
