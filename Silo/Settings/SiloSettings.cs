using System.Net;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Silo.Settings;

/// <summary>A silo's own settings, each from the environment variable that it names.</summary>
public sealed record SiloSettings
{
    public DatabaseSettings Database { get; init; } = new();

    /// <summary>DASHBOARD_ENABLED, false: whether Orleans' dashboard is served, on the management port only.</summary>
    public bool IsDashboardEnabled { get; init; }

    /// <summary>TOOL_REGISTRY_URL.</summary>
    public Uri? ToolRegistryUrl { get; init; }

    /// <summary>ORCHESTRATOR_WS_URL: <c>ws://</c> or <c>wss://</c>; null where ENABLE_WEBSOCKETS is false.</summary>
    public Uri? OrchestratorWebSocketUrl { get; init; }

    /// <summary>MAX_AGENTS_PER_TENANT, 50: caps every tier.</summary>
    public int MaxAgentsPerTenant { get; init; } = 50;

    /// <summary>TIERS_FILE, none: a file of tiers that replaces the service's own.</summary>
    public string? TiersFile { get; init; }

    /// <summary>TIER_GRACE_DAYS, 0: how long a tenant keeps its former limits after a downgrade.</summary>
    public TimeSpan TierGrace { get; init; }

    /// <summary>FILES_GRACE_DAYS, 7: how long a file stays that nothing refers to.</summary>
    public TimeSpan FileGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>REDIS_QUEUE_TTL, 3600 seconds: how long a task may wait for its first step, and how long its result is kept.</summary>
    public TimeSpan RedisQueueTimeToLive { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>WEBHOOK_NETWORKS, none: networks that are not public and in which receivers of webhooks may be. In development all private
    /// ones.</summary>
    public ImmutableArray<IPNetwork> WebhookNetworks { get; init; } = [];

    /// <summary>
    /// POD_IP: where other silos and gateways reach this silo; null for the host's own address, in development for loopback.
    /// </summary>
    public IPAddress? PodIp { get; init; }

    /// <summary>SILO_PORT, 11111, for other silos. 0, the default in development, is any free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>SILO_GATEWAY_PORT, 30000, for gateways and other Orleans clients. 0, the default in development, is any free one.</summary>
    public int SiloGatewayPort { get; init; }

    public static SiloSettings Read(EnvironmentReader read) => new()
    {
        IsDashboardEnabled = read.Flag("DASHBOARD_ENABLED", defaultValue: false) && HasManagementPort(read),
        Database = DatabaseSettings.Read(read),
        ToolRegistryUrl = read.ServiceAddress("TOOL_REGISTRY_URL", ["http", "https"]),
        // Without WebSockets the orchestrator hears of changes over Redis.
        OrchestratorWebSocketUrl = read.Flag("ENABLE_WEBSOCKETS", defaultValue: true)
            ? read.ServiceAddress("ORCHESTRATOR_WS_URL", ["ws", "wss"]) : null,
        MaxAgentsPerTenant = read.Number("MAX_AGENTS_PER_TENANT", 50, 1, 1_000_000),
        TiersFile = read.Text("TIERS_FILE"),
        TierGrace = TimeSpan.FromDays(read.Number("TIER_GRACE_DAYS", 0, 0, 3_650)),
        FileGrace = TimeSpan.FromDays(read.Number("FILES_GRACE_DAYS", 7, 1, 3_650)),
        RedisQueueTimeToLive = TimeSpan.FromSeconds(read.Number("REDIS_QUEUE_TTL", 3600, 1, 31_536_000)),
        WebhookNetworks = read.Networks("WEBHOOK_NETWORKS"),
        PodIp = read.NetworkAddress("POD_IP"),
        SiloPort = read.Number("SILO_PORT", read.IsProduction ? 11_111 : 0, 0, 65_535),
        SiloGatewayPort = read.Number("SILO_GATEWAY_PORT", read.IsProduction ? 30_000 : 0, 0, 65_535),
    };

    private static bool HasManagementPort(EnvironmentReader read)
    {
        if (read.Text("MANAGEMENT_PORT") is not null) return true;
        read.Refuse("DASHBOARD_ENABLED needs MANAGEMENT_PORT, the only port that serves the dashboard");
        return false;
    }
}
