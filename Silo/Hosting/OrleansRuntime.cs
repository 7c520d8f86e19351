using System.Net;
using System.Net.Sockets;
using AgentManagement.Access;
using AgentManagement.Silo.Storage;
using AgentManagement.Storage;
using Orleans.Configuration;
using StackExchange.Redis;

namespace AgentManagement.Silo.Hosting;

/// <summary>The grain runtime of this build: Orleans.</summary>
internal static class GrainRuntime
{
    /// <summary>Its name, for logs and for the tests that need several silos.</summary>
    public const string Name = "Orleans";

    /// <summary>One silo, with the gateway as its client in the same process.</summary>
    public static void AddGrainRuntime(this IHostApplicationBuilder builder, Database database)
    {
        // Its first look at the clock compares with a time before the process and warns of hours that never were.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            // Ports of its own, so that several of these can run on one machine.
            silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: ClusterNames.ServiceId, clusterId: ClusterNames.ClusterId);
            silo.AddIncomingGrainCallFilter<AccessFilter>();
            silo.AddAdoNetGrainStorage(StorageNames.Provider, options =>
            {
                options.Invariant = database.Invariant;
                options.ConnectionString = database.ConnectionString;
                options.GrainStorageSerializer = new GrainStateSerializer();
            });
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ClusterNames.ResponseTimeout);
        });
    }

    /// <summary>Logs in to Redis as this user.</summary>
    public static void SetRedisUser(ConfigurationOptions options, string user) => options.User = user;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
