namespace AgentManagement.ClusterClient.Hosting;

/// <summary>What silos and their clients must agree on.</summary>
public static class ClusterNames
{
    /// <summary>Part of the key of every stored state. Frozen.</summary>
    public const string ServiceId = "agent-management";

    /// <summary>The cluster of silos that is meant where none is named.</summary>
    public const string DefaultClusterId = "agent-management";

    /// <summary>
    /// How long a grain waits for another, and a client for a grain. Above the time in which a dead silo is detected, so
    /// that its calls end by the detection, and below the time-outs of those who call the gateway.
    /// </summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);
}
