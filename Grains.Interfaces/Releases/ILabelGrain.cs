using AgentManagement.Access;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Releases;

/// <summary>
/// One label of a tenant, and its releases: the only one who changes what the label has. Key: <see cref="Keys.GrainKeys.Label"/>.
/// </summary>
[Alias("ILabelGrain"), KeyedBy(KeyedBy.Label)]
public interface ILabelGrain : IGrainWithStringKey
{
    /// <summary>Decides the command and, when it changes something, makes the change durable before answering.</summary>
    [Alias("Apply"), RequiresOfCommand]
    Task<Outcome<LabelChange>> ApplyAsync(LabelCommand command);

    /// <summary>Starts, goes on with and ends what is due.</summary>
    [Alias("Continue"), Requires(Permissions.TasksRun), SafeToRetry]
    Task ContinueAsync();

    /// <summary>The label with its policy.</summary>
    [Alias("Get"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Label>> GetAsync();

    /// <summary>All that the label has, in the order of the agents' ids.</summary>
    [Alias("GetAssignments"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<LabelAssignments>> GetAssignmentsAsync();

    /// <summary>A release of the label.</summary>
    [Alias("GetRelease"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Release>> GetReleaseAsync(string releaseId);

    /// <summary>How far a release has come to the label's runtimes; a Conflict before any of it is applied.</summary>
    [Alias("GetAdoption"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Adoption>> GetAdoptionAsync(string releaseId);

    /// <summary>Which versions of some agents whoever has this key is to have, all of one revision of the label.</summary>
    /// <param name="agentIds">The agents; those that the label does not have are left out of the answer.</param>
    /// <param name="key">A user, a conversation, an account; null where there is none. It is not kept.</param>
    [Alias("Resolve"), Requires(Permissions.InternalRead), SafeToRetry, ReadOnly]
    Task<Outcome<ResolvedLabel>> ResolveAsync(ImmutableArray<string> agentIds, UnloggedText? key);

    /// <summary>
    /// Which version of an agent, or of each that the label has, whoever has this key is to have, and whether others have another one.
    /// Agents of which that depends on a key that is not there have none.
    /// </summary>
    /// <param name="agentId">The agent; null for all, of which there are at most <see cref="EvaluatedLabel.MaxItems"/>.</param>
    /// <param name="key">A user, a conversation, an account; null where there is none. It is not kept.</param>
    [Alias("Evaluate"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<EvaluatedLabel>> EvaluateAsync(string? agentId, UnloggedText? key);

    /// <summary>Everything that it takes to choose versions without asking.</summary>
    [Alias("GetRules"), Requires(Permissions.InternalRead), SafeToRetry, ReadOnly]
    Task<Outcome<VersionRules>> GetRulesAsync();
}

/// <summary>Versions of one revision of a label.</summary>
[GenerateSerializer, Immutable, Alias("ResolvedLabel")]
public sealed record ResolvedLabel(int Revision, ImmutableArray<ResolvedVersion> Items);

/// <summary>A version of an agent that a label has.</summary>
/// <param name="Variant"><c>stable</c> or <c>candidate</c>.</param>
/// <param name="Release">The release that brought it there.</param>
[GenerateSerializer, Immutable, Alias("ResolvedVersion")]
public sealed record ResolvedVersion(string AgentId, int Version, string Variant, string Release);

/// <summary>Versions of one revision of a label, in the order of the agents' ids.</summary>
[GenerateSerializer, Immutable, Alias("EvaluatedLabel")]
public sealed record EvaluatedLabel(int Revision, ImmutableArray<EvaluatedVersion> Items)
{
    /// <summary>How many agents a label may have to be evaluated as a whole.</summary>
    public const int MaxItems = 100;
}

/// <summary>A version of an agent that a label has for a key.</summary>
/// <param name="Version">Null where it depends on a key, and there is none.</param>
/// <param name="Variant"><c>stable</c> or <c>candidate</c>.</param>
/// <param name="Release">The release that brought it there.</param>
/// <param name="IsSplit">Whether a rollout is under way, so that other keys have another version.</param>
[GenerateSerializer, Immutable, Alias("EvaluatedVersion")]
public sealed record EvaluatedVersion(string AgentId, int? Version, string Variant, string Release, bool IsSplit)
{
    public ResolvedVersion ToResolved() => new(
        AgentId, Version ?? throw new InvalidOperationException("Without a key there is no version."), Variant, Release);
}

/// <summary>What versions are chosen by.</summary>
[GenerateSerializer, Immutable, Alias("VersionRules")]
public sealed record VersionRules(int Revision, ImmutableArray<VersionRule> Items);

/// <summary>How the version of one agent is chosen.</summary>
/// <param name="Seed">Of the rollout that runs; null outside of one.</param>
[GenerateSerializer, Immutable, Alias("VersionRule")]
public sealed record VersionRule(string AgentId, int? Stable, int? Candidate, int Weight, string? Seed, string Release);

/// <summary>Names of variants.</summary>
public static class VariantName
{
    public const string Stable = "stable";
    public const string Candidate = "candidate";
}
