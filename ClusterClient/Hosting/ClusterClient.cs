using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>The way to the silos, which are found through Redis.</summary>
public static class ClusterClient
{
    private static readonly TimeSpan ConnectionRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Adds an <see cref="IClusterClient"/> that connects by itself, and again whenever it has lost all silos.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="redis">Where the silos meet.</param>
    /// <param name="clusterId">Which of them.</param>
    /// <param name="keys">With which it shows them who calls.</param>
    /// <param name="tls">How it speaks to them; null for in the clear.</param>
    public static void AddClusterClient(this IServiceCollection services, Uri redis, string clusterId, CallerKeys keys, ClusterTls? tls)
    {
        var options = RedisAddress.ToOptions(redis);
        services.AddCallerSigning(keys);
        services.AddGrainCallFilter();
        services.AddOrleansClient(client =>
        {
            client.AddActivityPropagation();
            tls?.Use(client);
            client.AddClusterConnectionStatusObserver<LossObserver>();
            client.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (ClusterNames.ServiceId, clusterId));
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = options);
            client.Configure<ClientMessagingOptions>(messaging =>
            {
                messaging.ResponseTimeout = ClusterNames.ResponseTimeout;
                messaging.CancelRequestOnTimeout = true;
            });
            // A silo that died is left, and a new one found, about as fast as the silos themselves notice.
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromMilliseconds(500));
            client.UseConnectionRetryFilter(async (_, stopping) =>
            {
                await Task.Delay(ConnectionRetryDelay, stopping);
                return true;
            });
        });
    }

    private sealed class LossObserver(ConnectionLoss losses) : IClusterConnectionStatusObserver
    {
        public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
        {
            if (currentNumberOfGateways < previousNumberOfGateways) losses.Signal(isLast: currentNumberOfGateways == 0);
        }

        public void NotifyClusterConnectionLost()
        {
            // The count says it, too.
        }
    }
}
