using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Storage;
using AgentManagement.Storage;
using AgentManagement.WebGateway.Settings;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AgentManagement.Silo.Hosting;

/// <summary>The grain runtime of this build: the single-process one of Embedded/.</summary>
internal static class GrainRuntime
{
    /// <summary>Its name, for logs and for the tests that need several silos.</summary>
    public const string Name = "Embedded";

    /// <summary>The grains in this process.</summary>
    public static void AddGrainRuntime(this IHostApplicationBuilder builder, ServiceSettings settings, Database database)
    {
        builder.UseOrleans(silo =>
        {
            silo.AddIncomingGrainCallFilter<AccessFilter>();
            silo.AddAdoNetGrainStorage(StorageNames.Provider, options =>
            {
                options.DataSource = database.Source;
                options.GrainStorageSerializer = new GrainStateSerializer();
            });
            silo.AddMemoryStreams(ChangeHint.Provider);
            silo.Configure<ClusterOptions>(options => options.ServiceId = ClusterNames.ServiceId);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ClusterNames.ResponseTimeout);
        });
    }
}
