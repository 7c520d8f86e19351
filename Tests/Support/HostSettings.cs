using System.Net;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Tests.Deployment;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Support;

/// <summary>The settings of a host of tests, whichever part of the service each belongs to.</summary>
internal sealed record HostSettings
{
    public ServiceSettings Service { get; private init; } = new();

    public GatewaySettings Gateway { get; private init; } = new();

    public SiloSettings Silo { get; private init; } = new();

    /// <summary>Those of a host on a database of tests.</summary>
    public static HostSettings For(TestDatabase database) => new()
    {
        Database = new() { Url = database.Url, Directory = database.Directory }, DataDirectory = database.Directory, ServicePort = 0,
        SecretKey = ServiceHost.SecretKey,
    };

    /// <summary>Those that a container's process reads; all of them for no container's.</summary>
    /// <exception cref="SettingsException">A variable is missing or has a value that cannot be used.</exception>
    public static HostSettings Read(IConfiguration environment, ContainerRole? role = null)
    {
        var read = new EnvironmentReader(environment);
        var settings = role is ContainerRole.Migration
            ? new HostSettings { IsProduction = read.IsProduction, Database = DatabaseSettings.Read(read) } : new()
            {
                Service = ServiceSettings.Read(read),
                Gateway = role is ContainerRole.Silo ? new() : GatewaySettings.Read(read),
                Silo = role is ContainerRole.Gateway ? new() : SiloSettings.Read(read),
            };
        read.ThrowIfAnythingIsWrong();
        return settings;
    }

    public DatabaseSettings Database { get => Silo.Database; init => Silo = Silo with { Database = value }; }

    public bool IsProduction { get => Service.IsProduction; init => Service = Service with { IsProduction = value }; }

    public Uri? RedisUri { get => Service.RedisUri; init => Service = Service with { RedisUri = value }; }

    public int ServicePort { get => Service.ServicePort; init => Service = Service with { ServicePort = value }; }

    public int? ManagementPort { get => Service.ManagementPort; init => Service = Service with { ManagementPort = value }; }

    public string? ServiceToken { get => Service.ServiceToken; init => Service = Service with { ServiceToken = value }; }

    public S3Settings? S3 { get => Service.S3; init => Service = Service with { S3 = value }; }

    public string DataDirectory
    {
        get => Service.DataDirectory;
        init => (Service, Silo) = (
            Service with { DataDirectory = value }, Silo with { Database = Silo.Database with { Directory = value } });
    }

    public string ClusterId { get => Service.ClusterId; init => Service = Service with { ClusterId = value }; }

    public TimeSpan RedisQueueTimeToLive
    {
        get => Silo.RedisQueueTimeToLive; init =>
        Silo = Silo with { RedisQueueTimeToLive = value };
    }

    public LogLevel LogLevel { get => Service.LogLevel; init => Service = Service with { LogLevel = value }; }

    public MaintenanceSchedule? MaintenanceWindow
    {
        get => Service.MaintenanceWindow; init =>
        Service = Service with { MaintenanceWindow = value };
    }

    public int MetricsTenants { get => Service.MetricsTenants; init => Service = Service with { MetricsTenants = value }; }

    public Uri? TelemetryEndpoint { get => Service.TelemetryEndpoint; init => Service = Service with { TelemetryEndpoint = value }; }

    public string? SecretKey { get => Service.SecretKey; init => Service = Service with { SecretKey = value }; }

    public string? ClusterTlsDirectory
    {
        get => Service.ClusterTlsDirectory; init =>
        Service = Service with { ClusterTlsDirectory = value };
    }

    public Uri? IdentityServiceUrl { get => Gateway.IdentityServiceUrl; init => Gateway = Gateway with { IdentityServiceUrl = value }; }

    public string? ConsoleClientId { get => Gateway.ConsoleClientId; init => Gateway = Gateway with { ConsoleClientId = value }; }

    public bool EnableMcp { get => Gateway.EnableMcp; init => Gateway = Gateway with { EnableMcp = value }; }

    public bool EnableWebSockets { get => Gateway.EnableWebSockets; init => Gateway = Gateway with { EnableWebSockets = value }; }

    public ImmutableArray<string> AllowedOrigins
    {
        get => Gateway.AllowedOrigins; init =>
        Gateway = Gateway with { AllowedOrigins = value };
    }

    public ImmutableArray<IPNetwork> TrustedProxies
    {
        get => Gateway.TrustedProxies; init =>
        Gateway = Gateway with { TrustedProxies = value };
    }

    public bool IsRateLimited { get => Gateway.IsRateLimited; init => Gateway = Gateway with { IsRateLimited = value }; }

    public int RateLimitIdentityPercent
    {
        get => Gateway.RateLimitIdentityPercent; init =>
        Gateway = Gateway with { RateLimitIdentityPercent = value };
    }

    public TimeSpan BodyTimeout { get => Gateway.BodyTimeout; init => Gateway = Gateway with { BodyTimeout = value }; }

    public int BodyMemoryMebibytes
    {
        get => Gateway.BodyMemoryMebibytes; init =>
        Gateway = Gateway with { BodyMemoryMebibytes = value };
    }

    public bool IsDashboardEnabled { get => Silo.IsDashboardEnabled; init => Silo = Silo with { IsDashboardEnabled = value }; }

    public Uri? ToolRegistryUrl { get => Silo.ToolRegistryUrl; init => Silo = Silo with { ToolRegistryUrl = value }; }

    public Uri? OrchestratorWebSocketUrl
    {
        get => Silo.OrchestratorWebSocketUrl; init =>
        Silo = Silo with { OrchestratorWebSocketUrl = value };
    }

    public int MaxAgentsPerTenant { get => Silo.MaxAgentsPerTenant; init => Silo = Silo with { MaxAgentsPerTenant = value }; }

    public TimeSpan TierGrace { get => Silo.TierGrace; init => Silo = Silo with { TierGrace = value }; }
}
