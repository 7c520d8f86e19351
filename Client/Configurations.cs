using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>What an agent runs on.</summary>
/// <param name="Status">Only an active agent is to be run.</param>
/// <param name="Hash"><c>sha256:</c> and the hash of the text of <paramref name="Config"/>.</param>
public sealed record Configuration(
    string Id, string Name, string Type, string Status, int Version, JsonElement Config, string Hash, IReadOnlyList<string> Degraded,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The label that chose the version; null where none was asked for.</summary>
    public string? Label { get; init; }

    /// <summary>stable or candidate.</summary>
    public string? Variant { get; init; }

    /// <summary>The release that brought the version to the label.</summary>
    public string? Release { get; init; }
}

/// <summary>Several configurations.</summary>
/// <param name="Missing">The ids of those that are not there.</param>
/// <param name="LabelRevision">The revision of the label that was asked for, of which all items are.</param>
public sealed record ResolvedConfigurations(
    IReadOnlyList<Configuration> Items, IReadOnlyList<string> Missing, int? LabelRevision = null);

/// <summary>Reads what agents run on, as a service of the platform with a service token.</summary>
public sealed class ConfigurationsApi
{
    private readonly Connection _connection;

    internal ConfigurationsApi(Connection connection) => _connection = connection;

    /// <summary>A configuration; null when the tenant has no such agent, or not at that version.</summary>
    public Task<Configuration?> FindAsync(
        string tenantId, string agentId, int? version = null, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(_connection.GetAsync(
            new Query().Add("version", version).AppendTo($"{PathOf(tenantId)}/agents/{Uri.EscapeDataString(agentId)}/config"),
            Json.Default.Configuration, cancellationToken));

    /// <summary>The current configurations of up to 100 agents.</summary>
    public Task<ResolvedConfigurations> ResolveAsync(
        string tenantId, IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default) =>
        ResolveAsync(tenantId, new ResolveBody(ids, Label: null, Key: null), cancellationToken);

    /// <summary>
    /// The configurations that a label has of up to 100 agents for a key, all of one revision. An <see cref="AgentCache"/> chooses without
    /// telling the key.
    /// </summary>
    public Task<ResolvedConfigurations> ResolveAsync(
        string tenantId, string label, IReadOnlyCollection<string> ids, string? key, CancellationToken cancellationToken = default) =>
        ResolveAsync(tenantId, new ResolveBody(ids, label, key), cancellationToken);

    /// <summary>What a label's versions are chosen by; null when there is no such label.</summary>
    public Task<LabelRules?> FindRulesAsync(string tenantId, string label, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(_connection.GetAsync(
            $"{PathOf(tenantId)}/labels/{Uri.EscapeDataString(label)}/rules", Json.Default.LabelRules, cancellationToken));

    private Task<ResolvedConfigurations> ResolveAsync(string tenantId, ResolveBody body, CancellationToken cancellationToken) =>
        _connection.SendAsync(
            Request.Reading(HttpMethod.Post, $"{PathOf(tenantId)}/resolve").With(body, Json.Default.ResolveBody),
            Json.Default.ResolvedConfigurations, cancellationToken);

    private static string PathOf(string tenantId) => $"internal/v1/tenants/{Uri.EscapeDataString(tenantId)}";
}
