namespace AgentManagement.ClusterClient;

/// <summary>How a service reaches the silos.</summary>
public sealed class AgentManagementClusterClientOptions
{
    /// <summary>Where the silos meet: <c>redis://</c> or <c>rediss://user:password@host:port/database</c>, as their REDIS_URI.</summary>
    public required Uri RedisUri { get; set; }

    /// <summary>The silos' CLUSTER_ID.</summary>
    public string ClusterId { get; set; } = Hosting.ClusterNames.DefaultClusterId;

    /// <summary>The service's own name, for the silos' logs.</summary>
    public required string ServiceName { get; set; }
}
