using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains;
using AgentManagement.Grains.Changes;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Streams;

namespace AgentManagement.Silo.Hosting;

/// <summary>The silo's part of Orleans: clustering, storage, streams and the filter of calls.</summary>
internal static class SiloOrleans
{
    // Each is polled ten times a second by one of the silos.
    private const int SignalQueues = 4;

    /// <summary>A silo: of the cluster that meets in Redis, or alone where there is no Redis.</summary>
    public static void AddOrleansSilo(
        this IHostApplicationBuilder builder, ServiceSettings settings, SiloSettings siloSettings, Database database)
    {
        // Its first look at the clock compares with a time before the process and warns of hours that never were.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        var tls = ClusterSecurity.TlsOf(settings);
        builder.UseOrleans(silo =>
        {
            silo.JoinCluster(settings, siloSettings);
            tls?.Use(silo);
            // Without anybody who takes traces there is nothing to carry on. Before the filter that names the tenant in the span.
            if (settings.TelemetryEndpoint is not null) silo.AddActivityPropagation();
            silo.AddGrains(database);
            if (siloSettings.IsDashboardEnabled) silo.AddDashboard(dashboard => dashboard.HideTrace = true);
        });
    }

    /// <summary>What every silo has, wherever silos meet.</summary>
    public static void AddGrains(this ISiloBuilder silo, Database database)
    {
        silo.AddAccessFilter();
        silo.AddAdoNetGrainStorage(StorageNames.Provider, options =>
        {
            options.Invariant = database.Invariant;
            options.DataSource = database.Source;
            options.GrainStorageSerializer = new GrainStateSerializer();
        });
        silo.Services.AddSingleton<IPersistentStateFactory, MovingStateFactory>();
        silo.AddMemoryStreams(ChangeStream.Provider, streams =>
        {
            // Consumers are grains that Orleans knows by their class: nothing about them has to be stored.
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(SignalQueues);
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = ClusterNames.ResponseTimeout;
            options.CancelRequestOnTimeout = true;
            // A grain that cannot keep up refuses, instead of queueing what nobody waits for any more.
            options.MaxEnqueuedRequestsSoftLimit = 500;
            options.MaxEnqueuedRequestsHardLimit = 2_000;
        });
        // What the database's driver throws must reach the caller as a failure, not end as one of serialization.
        silo.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("Npgsql"));
        silo.Configure<GrainCollectionOptions>(options => options.EnableActivationSheddingOnMemoryPressure = true);
    }
}
