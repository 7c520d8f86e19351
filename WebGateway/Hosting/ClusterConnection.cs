using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.WebGateway.Hosting;

/// <summary>How a gateway that is a process of its own reaches the silos.</summary>
internal static class ClusterConnection
{
    /// <exception cref="SettingsException">There is no cluster to connect to.</exception>
    public static void AddClusterConnection(this IHostApplicationBuilder builder, ServiceSettings settings)
    {
        if (settings.RedisUri is not { } redis)
        {
            throw new SettingsException(
                "The service cannot start: a gateway of its own finds the silos through REDIS_URI, which is not set. Without Redis start "
                    + "the silo, which hosts the gateway, too.");
        }
        builder.Services.AddClusterClient(
            redis, settings.ClusterId, SecretKey.CallersOf(settings), ClusterSecurity.TlsOf(settings));
        // HTTP is answered, with 503, while the connection waits for the first silo.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
    }
}
