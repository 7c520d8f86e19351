using AgentManagement.ClusterClient.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace AgentManagement.ClusterClient;

/// <summary>For .NET services beside the silos, which run agents and read how.</summary>
public static class AgentManagementClusterClientServices
{
    /// <summary>
    /// Adds an <see cref="AgentManagementClusterClient"/>. The host's start waits for the first silo, unless
    /// <c>HostOptions.ServicesStartConcurrently</c> is set.
    /// </summary>
    /// <exception cref="InvalidOperationException">The certificate cannot be used.</exception>
    public static IServiceCollection AddAgentManagementClusterClient(
        this IServiceCollection services, AgentManagementClusterClientOptions options)
    {
        services.AddClusterClient(
            options.RedisUri, options.ClusterId, CallerKeys.OfService(options.ServiceToken), ClusterTls.Find(options.TlsDirectory));
        services.AddSingleton(provider => new AgentManagementClusterClient(
            provider.GetRequiredService<IClusterClient>(), options.ServiceName));
        return services;
    }
}
