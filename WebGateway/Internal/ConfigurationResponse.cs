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
    // Enough to tell the configurations of one version apart.
    private const int TagDigits = 16;

    /// <summary>What names the answer: the version alone where all is the agent's own, else with the hash, too.</summary>
    [JsonIgnore]
    public string Tag => Provenance.IsEmpty ? EntityTag.Of(Version) : $"\"{Version}-{Hash[Prefix.Length..][..TagDigits]}\"";

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
internal sealed record ResolvedResponse(ImmutableArray<ConfigurationResponse> Items, ImmutableArray<string> Missing);

/// <summary>Which agents to read.</summary>
internal sealed record ResolveRequest : IBody<ResolveRequest>
{
    [Description("1 to 100 ids; one that comes twice counts once."), Length(1, 100), EachItem(Pattern = AgentBounds.IdPattern)]
    public required ImmutableArray<string> Ids { get; init; }
}
