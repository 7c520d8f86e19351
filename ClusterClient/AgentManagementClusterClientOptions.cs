namespace AgentManagement.ClusterClient;

/// <summary>How a service reaches the silos.</summary>
public sealed class AgentManagementClusterClientOptions
{
    /// <summary>Where the silos meet: <c>redis://</c> or <c>rediss://user:password@host:port/database</c>, as their REDIS_URI.</summary>
    public required Uri RedisUri { get; set; }

    /// <summary>The silos' CLUSTER_ID.</summary>
    public string ClusterId { get; set; } = Hosting.ClusterNames.DefaultClusterId;

    /// <summary>The silos' SERVICE_TOKEN, which shows them that this is a service; null in development, where they have none.</summary>
    public string? ServiceToken { get; set; }

    /// <summary>
    /// Where the service's certificate for the silos' ports is, as their CLUSTER_TLS_DIRECTORY: <c>tls.crt</c>, <c>tls.key</c> and
    /// <c>ca.crt</c>; null where they speak in the clear.
    /// </summary>
    public string? TlsDirectory { get; set; }

    /// <summary>The service's own name, for the silos' logs.</summary>
    public required string ServiceName { get; set; }
}
