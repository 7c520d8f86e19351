using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Releases;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What an agent runs on.</summary>
/// <param name="Id">The agent.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Type">conversational, rag or workflow.</param>
/// <param name="Status">draft, active, inactive or archived; only an active agent is to be run.</param>
/// <param name="Version">The version; the ETag.</param>
/// <param name="Config">
/// The configuration document, as it was written; where it leaves something to the tenant, with that.
/// </param>
/// <param name="Hash"><c>sha256:</c> and the hash, in hex, of the UTF-8 text of <c>config</c> as it stands in this answer.</param>
/// <param name="Degraded">
/// What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}.
/// </param>
/// <param name="UpdatedAt">When this version was made.</param>
/// <param name="Provenance">
/// By JSON pointer into the configuration, what is not the agent's own: tenant, for what the tenant's settings have.
/// </param>
internal sealed record ConfigurationResponse(
    string Id, string Name, string Type, string Status, int Version, JsonText Config, string Hash, ImmutableArray<string> Degraded,
    DateTimeOffset UpdatedAt, ImmutableSortedDictionary<string, string> Provenance)
{
    /// <summary>The label that chose the version; absent where none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>stable or candidate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    /// <summary>The release that brought the version to the label.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Release { get; init; }

    /// <summary>The label's revision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LabelRevision { get; init; }

    /// <summary>The same as a label chose it.</summary>
    public ConfigurationResponse With(string label, ResolvedLabel resolved, ResolvedVersion version) =>
        this with { Label = label, Variant = version.Variant, Release = version.Release, LabelRevision = resolved.Revision };

    // Enough to tell the configurations of one version apart.
    private const int TagDigits = 16;

    /// <summary>What names the answer: the version alone where all is the agent's own, else with the hash, too.</summary>
    [JsonIgnore]
    public string Tag => Provenance.IsEmpty && Label is null
        ? EntityTag.Of(Version)
        : Label is null ? $"\"{Version}-{Hash[Prefix.Length..][..TagDigits]}\""
        : $"\"{Version}-{Hash[Prefix.Length..][..TagDigits]}-{Status}-{LabelRevision}\"";

    private const string Prefix = "sha256:";

    public static ConfigurationResponse Of(Agent agent, TenantDefaults? defaults)
    {
        var (config, provenance) = ConfigurationResolution.Resolve(agent.Config, defaults?.DefaultModel);
        return new(
            agent.Id, agent.Name, agent.Type, agent.Status, agent.Version, config,
            $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.Text)))}", agent.Degraded,
            agent.UpdatedAt, provenance);
    }
}

/// <summary>Several configurations.</summary>
/// <param name="Items">Those that are there, in the order they were asked for.</param>
/// <param name="Missing">The ids of those that are not.</param>
/// <param name="LabelRevision">Where a label was asked for, its revision, of which all items are.</param>
internal sealed record ResolvedResponse(
    ImmutableArray<ConfigurationResponse> Items, ImmutableArray<string> Missing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LabelRevision = null);

/// <summary>What it takes to choose a label's versions without asking; docs/releases.md has how.</summary>
/// <param name="Label">The label.</param>
/// <param name="Revision">Its revision; the ETag.</param>
/// <param name="Items">In the order of the agents' ids.</param>
internal sealed record LabelRulesResponse(string Label, int Revision, ImmutableArray<VersionRuleResponse> Items);

/// <summary>How the version of one agent is chosen.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Stable">For all whom no rollout concerns; null for none.</param>
/// <param name="Candidate">For the keys that a rollout has reached; null outside of one.</param>
/// <param name="Weight">How many of 100,000 keys that is.</param>
/// <param name="Seed">What keys are mixed with; null outside of a rollout.</param>
/// <param name="Release">The release that made the assignment.</param>
internal sealed record VersionRuleResponse(string Agent, int? Stable, int? Candidate, int Weight, string? Seed, string Release);

/// <summary>Which agents to read.</summary>
internal sealed record ResolveRequest : IBody<ResolveRequest>
{
    [Description("1 to 100 ids; one that comes twice counts once."), Length(1, 100), EachItem(Pattern = AgentBounds.IdPattern)]
    public required ImmutableArray<string> Ids { get; init; }

    [Description("The label whose versions are asked for; latest, or nothing, for the current ones."), Length(1, 63)]
    public string? Label { get; init; }

    [Description("A user, a conversation or an account, by which variants are chosen; it is not kept."), Length(1, 500)]
    public string? Key { get; init; }
}
