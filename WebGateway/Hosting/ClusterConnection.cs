using AgentManagement.WebGateway.Settings;

namespace AgentManagement.WebGateway.Hosting;

/// <summary>How a gateway that is a process of its own reaches the silos.</summary>
internal static class ClusterConnection
{
    /// <exception cref="SettingsException">There is no cluster to connect to.</exception>
    public static void AddClusterConnection(this IHostApplicationBuilder builder, ServiceSettings settings) =>
        throw new SettingsException(
            "A gateway of its own needs a cluster, which is not configured. Start the silo instead: it hosts the gateway, too.");
}
