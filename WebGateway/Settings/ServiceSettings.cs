using System.Net;
using AgentManagement.Client.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentManagement.WebGateway.Settings;

/// <summary>Which process reads the settings; each needs its own part of them.</summary>
[Flags]
public enum ProcessRole
{
    Gateway = 1,
    Silo = 2,

    /// <summary>Gateway and silo in one process.</summary>
    Both = Gateway | Silo,

    /// <summary>The command that applies the schema, and needs nothing but the database.</summary>
    Migration = 4,
}

/// <summary>The settings of the service, each from the environment variable that the specification names.</summary>
public sealed record ServiceSettings
{
    internal const string TelemetryEndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>ENVIRONMENT: development (default) or production. In production nothing is made up.</summary>
    public bool IsProduction { get; init; }

    /// <summary>DATABASE_URL: <c>postgresql://user:password@host:port/database</c>; null for SQLite.</summary>
    public Uri? DatabaseUrl { get; init; }

    /// <summary>REDIS_URI: <c>redis://</c> or <c>rediss://user:password@host:port/database</c>; null for none.</summary>
    public Uri? RedisUri { get; init; }

    /// <summary>SERVICE_PORT, 8080.</summary>
    public int ServicePort { get; init; } = 8080;

    /// <summary>MANAGEMENT_PORT, none: the port that then serves /metrics in place of the service's own. 0 is any free one.</summary>
    public int? ManagementPort { get; init; }

    /// <summary>LOG_LEVEL: DEBUG, INFO (default), WARNING, ERROR or CRITICAL.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>SECRET_KEY: signs and checks tokens; at least 32 bytes, and in production none that can be guessed. Null in development: one is made and kept.</summary>
    public string? SecretKey { get; init; }

    /// <summary>TOOL_REGISTRY_URL.</summary>
    public Uri? ToolRegistryUrl { get; init; }

    /// <summary>IDENTITY_SERVICE_URL: whose tokens are accepted; null for those of <see cref="SecretKey"/>.</summary>
    public Uri? IdentityServiceUrl { get; init; }

    /// <summary>IDENTITY_AUDIENCE, agent-management-api: for whom tokens of the Identity Service must be.</summary>
    public string IdentityAudience { get; init; } = "agent-management-api";

    /// <summary>ORCHESTRATOR_WS_URL: <c>ws://</c> or <c>wss://</c>.</summary>
    public Uri? OrchestratorWebSocketUrl { get; init; }

    /// <summary>SERVICE_TOKEN: what this service shows other services, and they show it.</summary>
    public string? ServiceToken { get; init; }

    /// <summary>MAX_AGENTS_PER_TENANT, 50: caps every tier.</summary>
    public int MaximumAgentsPerTenant { get; init; } = 50;

    /// <summary>TIERS_FILE, none: a file of tiers that replaces the service's own.</summary>
    public string? TiersFile { get; init; }

    /// <summary>TIER_GRACE_DAYS, 0: how long a tenant keeps its former limits after a downgrade.</summary>
    public TimeSpan TierGrace { get; init; }

    /// <summary>S3_BUCKET and the other S3 settings; null for a folder in DATA_DIRECTORY, and in production for no files.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>FILES_GRACE_DAYS, 7: how long a file stays that nothing refers to.</summary>
    public TimeSpan FileGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>ENABLE_WEBSOCKETS, true.</summary>
    public bool EnableWebSockets { get; init; } = true;

    /// <summary>REDIS_QUEUE_TTL, 3600 seconds: how long results of queued jobs are kept.</summary>
    public TimeSpan RedisQueueTimeToLive { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>DATA_DIRECTORY, ./data: where SQLite and the development key are, when there is no DATABASE_URL or SECRET_KEY.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>ALLOWED_ORIGINS, none: origins of other hosts, separated by commas, whose pages may call the API and open sockets.</summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>TRUSTED_PROXIES, none: addresses and networks of the proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>CLUSTER_ID, agent-management: which of the clusters that share a Redis.</summary>
    public string ClusterId { get; init; } = ClusterNames.DefaultClusterId;

    /// <summary>POD_IP: where other silos and gateways reach this silo; null for the host's own address, in development for loopback.</summary>
    public IPAddress? PodIp { get; init; }

    /// <summary>SILO_PORT, 11111, for other silos. 0, the default in development, is any free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>SILO_GATEWAY_PORT, 30000, for gateways and other Orleans clients. 0, the default in development, is any free one.</summary>
    public int SiloGatewayPort { get; init; }

    /// <summary>SILO_COUNT, 2: how many silos share the database; each has its part of the connections.</summary>
    public int SiloCount { get; init; } = 2;

    /// <summary>OUTGOING_NETWORKS, none: addresses and networks that are not public and to which names of other services may lead. In development all private ones.</summary>
    public ImmutableArray<IPNetwork> OutgoingNetworks { get; init; } = [];

    /// <summary>RATE_LIMIT_ENABLED, true: whether requests are refused for their number.</summary>
    public bool IsRateLimited { get; init; } = true;

    /// <summary>RATE_LIMIT_IDENTITY_PERCENT, 100: how much of its tenant's requests a minute one user, service or key may make.</summary>
    public int RateLimitIdentityPercent { get; init; } = 100;

    /// <summary>METRICS_TENANTS, 50: tenants with series of their own in /metrics; all others are one.</summary>
    public int MetricsTenants { get; init; } = 50;

    /// <summary>OTEL_EXPORTER_OTLP_ENDPOINT: where metrics and traces are sent; null for nowhere.</summary>
    public Uri? TelemetryEndpoint { get; init; }

    /// <summary>Reads all settings, and says everything that is wrong with them at once.</summary>
    /// <param name="environment">Where the variables are.</param>
    /// <param name="role">Which process asks: only what it needs is required in production.</param>
    /// <exception cref="SettingsException">A variable is missing or has a value that cannot be used.</exception>
    public static ServiceSettings Read(IConfiguration environment, ProcessRole role)
    {
        var read = new EnvironmentReader(environment);
        var isProduction = read.Choice("ENVIRONMENT", "development", ["development", "production"]) == "production";
        bool IsRequiredBy(ProcessRole parts) => isProduction && (role & parts) != 0;
        var settings = new ServiceSettings
        {
            IsProduction = isProduction,
            DatabaseUrl = read.Address("DATABASE_URL", IsRequiredBy(ProcessRole.Silo | ProcessRole.Migration), ["postgresql", "postgres"]),
            RedisUri = read.Address("REDIS_URI", IsRequiredBy(ProcessRole.Both), ["redis", "rediss"]),
            ServicePort = read.Number("SERVICE_PORT", 8080, 0, 65_535),
            ManagementPort = read.Text("MANAGEMENT_PORT") is null ? null : read.Number("MANAGEMENT_PORT", 0, 0, 65_535),
            LogLevel = read.Choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]) switch
            {
                "DEBUG" => LogLevel.Debug,
                "WARNING" => LogLevel.Warning,
                "ERROR" => LogLevel.Error,
                "CRITICAL" => LogLevel.Critical,
                _ => LogLevel.Information,
            },
            SecretKey = read.SigningSecret("SECRET_KEY", IsRequiredBy(ProcessRole.Gateway), leastBytes: 32),
            ToolRegistryUrl = read.Address("TOOL_REGISTRY_URL", IsRequiredBy(ProcessRole.Silo), ["http", "https"]),
            IdentityServiceUrl = read.Address("IDENTITY_SERVICE_URL", IsRequiredBy(ProcessRole.Gateway), ["http", "https"]),
            IdentityAudience = read.Text("IDENTITY_AUDIENCE") ?? "agent-management-api",
            OrchestratorWebSocketUrl = read.Address("ORCHESTRATOR_WS_URL", IsRequiredBy(ProcessRole.Silo), ["ws", "wss"]),
            ServiceToken = read.Secret("SERVICE_TOKEN", IsRequiredBy(ProcessRole.Both), leastBytes: 1),
            MaximumAgentsPerTenant = read.Number("MAX_AGENTS_PER_TENANT", 50, 1, 1_000_000),
            TiersFile = read.Text("TIERS_FILE"),
            TierGrace = TimeSpan.FromDays(read.Number("TIER_GRACE_DAYS", 0, 0, 3_650)),
            S3 = S3Settings.Read(read),
            FileGrace = TimeSpan.FromDays(read.Number("FILES_GRACE_DAYS", 7, 1, 3_650)),
            EnableWebSockets = read.Choice("ENABLE_WEBSOCKETS", "true", ["true", "false"]) == "true",
            RedisQueueTimeToLive = TimeSpan.FromSeconds(read.Number("REDIS_QUEUE_TTL", 3600, 1, 31_536_000)),
            DataDirectory = read.Text("DATA_DIRECTORY") ?? "data",
            AllowedOrigins = read.Origins("ALLOWED_ORIGINS"),
            TrustedProxies = read.Networks("TRUSTED_PROXIES"),
            ClusterId = read.Name("CLUSTER_ID", ClusterNames.DefaultClusterId),
            PodIp = read.NetworkAddress("POD_IP"),
            SiloPort = read.Number("SILO_PORT", isProduction ? 11_111 : 0, 0, 65_535),
            SiloGatewayPort = read.Number("SILO_GATEWAY_PORT", isProduction ? 30_000 : 0, 0, 65_535),
            SiloCount = read.Number("SILO_COUNT", 2, 1, 1_000),
            OutgoingNetworks = read.Networks("OUTGOING_NETWORKS"),
            IsRateLimited = read.Choice("RATE_LIMIT_ENABLED", "true", ["true", "false"]) == "true",
            RateLimitIdentityPercent = read.Number("RATE_LIMIT_IDENTITY_PERCENT", 100, 1, 100),
            MetricsTenants = read.Number("METRICS_TENANTS", 50, 0, 1_000),
            TelemetryEndpoint = read.Address(TelemetryEndpointName, isRequired: false, ["http", "https"]),
        };
        read.ThrowIfAnythingIsWrong();
        return settings;
    }
}
