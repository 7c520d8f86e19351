using System.Net;
using System.Net.Sockets;
using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Redis;
using AgentManagement.WebGateway.Settings;
using Orleans.Configuration;

namespace AgentManagement.Silo.Hosting;

/// <summary>Where silos meet, and how soon the others notice that one of them is gone.</summary>
internal static class SiloClustering
{
    public static void JoinCluster(this ISiloBuilder silo, ServiceSettings settings)
    {
        var siloPort = FreePortFor(settings.SiloPort);
        var gatewayPort = FreePortFor(settings.SiloGatewayPort);
        if (settings.RedisUri is not { } redis)
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: ClusterNames.ServiceId, clusterId: settings.ClusterId);
            return;
        }

        silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (ClusterNames.ServiceId, settings.ClusterId));
        if (settings.PodIp is { } address) silo.ConfigureEndpoints(address, siloPort, gatewayPort, listenOnAnyHostAddress: true);
        else if (settings.IsProduction) silo.ConfigureEndpoints(siloPort, gatewayPort, listenOnAnyHostAddress: true);
        else silo.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);

        var connection = RedisAddress.ToOptions(redis);
        silo.UseRedisClustering(options => options.ConfigurationOptions = connection);
        silo.Services.AddHostedService<MembershipKeeper>();
        // One owner of each grain, also while silos come and go: what the eventually consistent directory does not give.
#pragma warning disable ORLEANSEXP003
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // A dead silo's grains move at once: should it still live and write, the version check of the statement refuses it.
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // Three missed probes: a silo that died or hangs is out well within five seconds. The longest probe also bounds
            // how long a hanging silo is spared for what was last heard of it.
            options.ProbeTimeout = TimeSpan.FromMilliseconds(750);
            options.MaxProbeTimeout = TimeSpan.FromMilliseconds(750);
            options.NumMissedProbesLimit = 3;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            // After all silos were killed their entries stay behind as active: newcomers pass over them once they are this stale.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
            options.NumMissedTableIAmAliveLimit = 3;
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
    }

    private static int FreePortFor(int wanted)
    {
        if (wanted > 0) return wanted;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
