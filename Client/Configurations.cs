using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>What an agent runs on.</summary>
/// <param name="Status">Only an active agent is to be run.</param>
/// <param name="Hash"><c>sha256:</c> and the hash of the text of <paramref name="Config"/>.</param>
public sealed record Configuration(
    string Id, string Name, string Type, string Status, int Version, JsonElement Config, string Hash, IReadOnlyList<string> Degraded,
    DateTimeOffset UpdatedAt);

/// <summary>Several configurations.</summary>
/// <param name="Missing">The ids of those that are not there.</param>
public sealed record ResolvedConfigurations(IReadOnlyList<Configuration> Items, IReadOnlyList<string> Missing);

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
        _connection.SendAsync(
            Request.Reading(HttpMethod.Post, $"{PathOf(tenantId)}/resolve").With(new ResolveBody(ids), Json.Default.ResolveBody),
            Json.Default.ResolvedConfigurations, cancellationToken);

    private static string PathOf(string tenantId) => $"internal/v1/tenants/{Uri.EscapeDataString(tenantId)}";
}
