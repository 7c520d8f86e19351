using System.Text.Json.Serialization;
using AgentManagement.Json;
using AgentManagement.WebGateway.Internal;

namespace AgentManagement.WebGateway.Releases;

/// <summary>A flag of OpenFeature's remote evaluation protocol: which version of an agent a label has for a targeting key.</summary>
/// <param name="Key">The agent.</param>
/// <param name="Value">
/// What the agent runs on: its configuration, with what it leaves to the tenant. Absent where the caller's own default is to be used: the
/// agent is not active, or there is an error.
/// </param>
/// <param name="Reason">
/// STATIC; SPLIT while a rollout is under way, in which the key decides; DISABLED for an agent that is not active. Absent with an error.
/// </param>
/// <param name="Variant">The version, as v5. Absent with an error.</param>
/// <param name="Metadata">Of the version. Absent with an error.</param>
/// <param name="ErrorCode">TARGETING_KEY_MISSING: a rollout is under way, and there is no key. Absent without an error.</param>
/// <param name="ErrorDetails">The same for people. Absent without an error.</param>
internal sealed record FlagResponse(
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonText? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Variant,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FlagMetadataResponse? Metadata,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorDetails = null)
{
    public const string Static = "STATIC";
    public const string Split = "SPLIT";
    public const string Disabled = "DISABLED";

    /// <summary>The flag of a version that is kept.</summary>
    /// <param name="isSplit">Whether a rollout is under way.</param>
    public static FlagResponse Of(ConfigurationResponse configuration, bool isSplit)
    {
        // Whoever does not look at the reason must not run what was stopped.
        var isActive = configuration.Status == Active;
        return new(
            configuration.Id, isActive ? configuration.Config : null, !isActive ? Disabled : isSplit ? Split : Static,
            FormattableString.Invariant($"v{configuration.Version}"),
            new(configuration.Version, configuration.Status, configuration.Release!, configuration.LabelRevision!.Value,
                configuration.Hash));
    }

    private const string Active = "active";
}

/// <summary>What is known of the version that a flag stands for.</summary>
/// <param name="Version">The version.</param>
/// <param name="Status">draft, active, inactive or archived: of the agent, as it is now.</param>
/// <param name="Release">The release that brought the version to the label.</param>
/// <param name="LabelRevision">The label's revision.</param>
/// <param name="Hash"><c>sha256:</c> and the hash, in hex, of the UTF-8 text of the configuration.</param>
internal sealed record FlagMetadataResponse(int Version, string Status, string Release, int LabelRevision, string Hash);

/// <summary>The flags of all agents that a label has, of one revision of the label.</summary>
/// <param name="Flags">In the order of the agents' ids.</param>
internal sealed record FlagListResponse(ImmutableArray<FlagResponse> Flags);
