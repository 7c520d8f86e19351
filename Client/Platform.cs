using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>What the platform sets of a tenant. All of it is set whole: what is left out is set no more.</summary>
/// <param name="Tier">One of the tiers.</param>
public sealed record TenantConfiguration(string Tier)
{
    /// <summary>Limits that differ for this tenant, by their names: an object.</summary>
    public JsonElement? Overrides { get; init; }

    /// <summary>How the tenant's clients are to work; null for as usual.</summary>
    public TenantSettings? Settings { get; init; }
}

/// <summary>How a tenant's clients are to work.</summary>
public sealed record TenantSettings
{
    /// <summary>Whether a write that changes an agent or a template must name the version that it changes.</summary>
    public bool RequireIfMatch { get; init; }

    /// <summary>The model of agents that name none.</summary>
    public DefaultModel? DefaultModel { get; init; }

    /// <summary>The label whose versions services get that ask for none.</summary>
    public string? DefaultLabel { get; init; }
}

/// <summary>A model for all agents that name none.</summary>
public sealed record DefaultModel(string Provider, string Id);

/// <summary>What setting a tenant came to, or would come to.</summary>
/// <param name="Applied">Whether it was set.</param>
/// <param name="Tenant">The tenant with the limits that it has then.</param>
/// <param name="Excesses">What it has beyond these limits.</param>
public sealed record TenantChange(bool Applied, Tenant Tenant, IReadOnlyList<LimitExcess> Excesses);

/// <summary>What is over a limit: it goes on being readable, and what would need the limit is refused.</summary>
/// <param name="Allowed">Null where the limit is a list.</param>
/// <param name="Used">Of an agent's own limits, the most of any agent.</param>
/// <param name="AgentIds">The agents that are over it, the first 100.</param>
public sealed record LimitExcess(string Limit, int? Allowed, int? Used, IReadOnlyList<string> AgentIds, int AgentCount);

/// <summary>What the platform's administrators do with tenants.</summary>
public sealed class PlatformApi
{
    private readonly Connection _connection;

    internal PlatformApi(Connection connection) => _connection = connection;

    /// <summary>Sets a tenant's tier, limits and settings. Nothing of the tenant is deleted or deactivated.</summary>
    public Task<TenantChange> ConfigureAsync(
        string tenant, TenantConfiguration configuration, CancellationToken cancellationToken = default) => _connection.SendAsync(
            Request.Repeatable(HttpMethod.Put, PathOf(tenant)).With(configuration, Json.Default.TenantConfiguration),
            Json.Default.TenantChange, cancellationToken);

    /// <summary>What that would come to.</summary>
    public Task<TenantChange> TryConfigureAsync(
        string tenant, TenantConfiguration configuration, CancellationToken cancellationToken = default) => _connection.SendAsync(
            Request.DryRun(HttpMethod.Put, PathOf(tenant), WriteOptions.None).With(configuration, Json.Default.TenantConfiguration),
            Json.Default.TenantChange, cancellationToken);

    private static string PathOf(string tenant) => $"internal/v1/tenants/{Uri.EscapeDataString(tenant)}";
}
