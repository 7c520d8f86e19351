namespace AgentManagement.Silo.Hosting;

/// <summary>What both grain runtimes are told alike, so that a database filled under one opens under the other.</summary>
internal static class ClusterNames
{
    /// <summary>Part of the key of every stored state. Frozen.</summary>
    public const string ServiceId = "agent-management";

    public const string ClusterId = "agent-management";

    /// <summary>How long a caller waits for a grain. Below the time-outs of those who call the gateway.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(20);
}
