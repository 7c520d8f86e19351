using System.Net;
using AgentManagement.ClusterClient.Hosting;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>The settings that silos and gateways share, each from the environment variable that it names.</summary>
public sealed record ServiceSettings
{
    public const string TelemetryEndpointName = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>ENVIRONMENT: development (default) or production. In production nothing is made up.</summary>
    public bool IsProduction { get; init; }

    /// <summary>REDIS_URI: <c>redis://</c> or <c>rediss://user:password@host:port/database</c>; null for none.</summary>
    public Uri? RedisUri { get; init; }

    /// <summary>SERVICE_PORT, 8080.</summary>
    public int ServicePort { get; init; } = 8080;

    /// <summary>LISTEN_ADDRESS, loopback in development: <c>any</c> for all addresses, as production has it always.</summary>
    public bool ListensOnAny { get; init; }

    /// <summary>MANAGEMENT_PORT, none: the port that then serves /metrics in place of the service's own. 0 is any free one.</summary>
    public int? ManagementPort { get; init; }

    /// <summary>LOG_LEVEL: DEBUG, INFO (default), WARNING, ERROR or CRITICAL.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// SECRET_KEY: signs and checks tokens, and shows silos who calls them; at least 32 bytes, and in production none that can be guessed.
    /// Null in development: one is made and kept.
    /// </summary>
    public string? SecretKey { get; init; }

    /// <summary>
    /// CLUSTER_TLS_DIRECTORY, none: where this process' certificate for the silos' ports is; there is no TLS where nothing is in it.
    /// </summary>
    public string? ClusterTlsDirectory { get; init; }

    /// <summary>SERVICE_TOKEN: what other services show this one; in production at least 32 bytes that nobody can guess.</summary>
    public string? ServiceToken { get; init; }

    /// <summary>OUTGOING_SERVICE_TOKEN, SERVICE_TOKEN: what this service shows others.</summary>
    public string? OutgoingServiceToken { get => field ?? ServiceToken; init; }

    /// <summary>S3_BUCKET and the other S3 settings; null for a folder in DATA_DIRECTORY, and in production for no files.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>DATA_DIRECTORY, ./data: where SQLite, files and the development key are, when nothing else holds them.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>CLUSTER_ID, agent-management: which of the clusters that share a Redis.</summary>
    public string ClusterId { get; init; } = ClusterNames.DefaultClusterId;

    /// <summary>
    /// OUTGOING_NETWORKS, none: addresses and networks that are not public and to which names of other services may lead. In
    /// development all private ones.
    /// </summary>
    public ImmutableArray<IPNetwork> OutgoingNetworks { get; init; } = [];

    /// <summary>METRICS_TENANTS, 50: tenants with series of their own in /metrics; all others are one.</summary>
    public int MetricsTenants { get; init; } = 50;

    /// <summary>MAINTENANCE_WINDOW, none: when maintenance may be.</summary>
    public MaintenanceSchedule? MaintenanceWindow { get; init; }

    /// <summary>OTEL_EXPORTER_OTLP_ENDPOINT: where metrics and traces are sent; null for nowhere.</summary>
    public Uri? TelemetryEndpoint { get; init; }

    public static ServiceSettings Read(EnvironmentReader read) => new()
    {
        IsProduction = read.IsProduction,
        RedisUri = read.Address("REDIS_URI", read.IsProduction, ["redis", "rediss"]),
        ServicePort = read.Number("SERVICE_PORT", 8080, 0, 65_535),
        ListensOnAny = read.Choice("LISTEN_ADDRESS", read.IsProduction ? "any" : "loopback", ["loopback", "any"]) == "any",
        ManagementPort = read.Text("MANAGEMENT_PORT") is null ? null : read.Number("MANAGEMENT_PORT", 0, 0, 65_535),
        LogLevel = read.Choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]) switch
        {
            "DEBUG" => LogLevel.Debug,
            "WARNING" => LogLevel.Warning,
            "ERROR" => LogLevel.Error,
            "CRITICAL" => LogLevel.Critical,
            _ => LogLevel.Information,
        },
        SecretKey = read.StrongSecret("SECRET_KEY", read.IsProduction, minBytes: 32),
        ClusterTlsDirectory = read.Text("CLUSTER_TLS_DIRECTORY"),
        ServiceToken = read.StrongSecret("SERVICE_TOKEN", read.IsProduction, minBytes: read.IsProduction ? 32 : 1),
        OutgoingServiceToken = read.Text("OUTGOING_SERVICE_TOKEN"),
        S3 = S3Settings.Read(read),
        DataDirectory = read.Text("DATA_DIRECTORY") ?? "data",
        ClusterId = read.Name("CLUSTER_ID", ClusterNames.DefaultClusterId),
        OutgoingNetworks = read.Networks("OUTGOING_NETWORKS"),
        MetricsTenants = read.Number("METRICS_TENANTS", 50, 0, 1_000),
        MaintenanceWindow = read.Schedule("MAINTENANCE_WINDOW"),
        TelemetryEndpoint = read.Address(TelemetryEndpointName, isRequired: false, ["http", "https"]),
    };
}
