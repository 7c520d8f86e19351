using System.Net;
using System.Net.Sockets;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Settings;
using Orleans.Configuration;

namespace AgentManagement.Silo.Hosting;

/// <summary>Where silos meet, and how soon the others notice that one of them is gone.</summary>
internal static class SiloClustering
{
    public static void JoinCluster(this ISiloBuilder builder, ServiceSettings settings, SiloSettings silo)
    {
        var siloPort = FreePortFor(silo.SiloPort);
        var gatewayPort = FreePortFor(silo.SiloGatewayPort);
        if (settings.RedisUri is not { } redis)
        {
            builder.UseLocalhostClustering(siloPort, gatewayPort, serviceId: ClusterNames.ServiceId, clusterId: settings.ClusterId);
            return;
        }

        builder.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (ClusterNames.ServiceId, settings.ClusterId));
        // At the address at which it is to be reached, and at no other of the host's.
        if (silo.PodIp is { } address) builder.ConfigureEndpoints(address, siloPort, gatewayPort);
        else if (settings.IsProduction) builder.ConfigureEndpoints(siloPort, gatewayPort);
        else builder.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);

        var connection = RedisAddress.ToOptions(redis);
        builder.UseRedisClustering(options => options.ConfigurationOptions = connection);
        builder.Services.AddHostedService<MembershipRecovery>();
        builder.Services.AddSingleton<SiloFence>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SiloFence>());
        // Before the filter of access: whoever it denies may be denied by what is old.
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(provider => provider.GetRequiredService<SiloFence>());
        // One owner of each grain, also while silos come and go: what the eventually consistent directory does not give.
#pragma warning disable ORLEANSEXP003
        builder.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
#pragma warning disable ORLEANSEXP002
        builder.AddActivationRebalancer();
#pragma warning restore ORLEANSEXP002
        // A silo that joins has its share of what is active within a minute (docs/operations.md), in a few steps: the default
        // waits for a minute and begins with a tenth.
        builder.Configure<ActivationRebalancerOptions>(options =>
        {
            options.RebalancerDueTime = TimeSpan.FromSeconds(10);
            options.SessionCyclePeriod = TimeSpan.FromSeconds(5);
            options.CycleNumberWeight = 0.5;
            // Each is read from the database anew.
            options.ActivationMigrationCountLimit = 1_000;
        });
        // A dead silo's grains move at once: should it still live and write, the version check of the commit refuses it.
        builder.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        builder.Configure<ClusterMembershipOptions>(options =>
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
        while (true)
        {
            // Below the range that systems take the ports of outgoing connections from: one of those could have it before Orleans does.
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
