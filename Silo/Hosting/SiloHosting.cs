using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Domain.Tenants;
using AgentManagement.Grains;
using AgentManagement.Grains.Audit;
using AgentManagement.Grains.Changes;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Changes;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Files;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.Orchestrator;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Releases;
using AgentManagement.Silo.Runtimes;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using AgentManagement.Silo.Tasks;
using AgentManagement.Silo.ToolRegistry;
using AgentManagement.Silo.Webhooks;
using AgentManagement.Tenants;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.Hosting;

/// <summary>What the silo is made of.</summary>
public static class SiloHosting
{
    /// <summary>Adds grains, storage and health checks.</summary>
    /// <exception cref="System.Data.Common.DbException">PostgreSQL does not answer, or refuses.</exception>
    public static async Task AddSiloAsync(this WebApplicationBuilder builder, ServiceSettings settings, SiloSettings silo)
    {
        var database = await Database.OpenAsync(silo.Database);
        builder.AddSiloParts(settings, silo, database);
        builder.AddOrleansSilo(settings, silo, database);
        builder.Services.AddSingleton(new ProcessPart("silo", new SchemaMigrator(database).LatestVersion));
        builder.Services.AddTaskHousekeeping();
        builder.Services.AddSingleton<IHousekeepingJob, SinkBackstop>();
        builder.Services.AddSingleton<IHousekeepingJob, WebhookBackstop>();
        builder.Services.AddSingleton<IHousekeepingJob, DeadLetterCleanup>();
        builder.Services.AddSingleton<IHousekeepingJob, ReleaseContinuation>();
        builder.Services.AddSingleton<IHousekeepingJob, RuntimeWatch>();
        builder.Services.AddSingleton<IHousekeepingJob, LogScrub>();
        builder.Services.AddSingleton<IHousekeepingJob, DeniedAttemptCleanup>();
        builder.Services.AddSingleton<IHousekeepingJob, IdempotencyCleanup>();
        if (settings.MaintenanceWindow is not null) builder.Services.AddSingleton<IHousekeepingJob, Maintenance.MaintenanceAnnouncement>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<VersionRetention>());
        builder.Services.AddSiloTelemetry();
        // They work through grains, and so start after them and end before.
        builder.Services.AddHostedService<TaskWorker>();
        builder.Services.AddHostedService<HousekeepingPing>();
    }

    /// <summary>What a silo has beside Orleans.</summary>
    internal static void AddSiloParts(
        this IHostApplicationBuilder builder, ServiceSettings settings, SiloSettings silo, Database database)
    {
        var services = builder.Services;
        services.TryAddSingleton(settings);
        services.AddSingleton(provider =>
        {
            database.Log = provider.GetRequiredService<ILogger<Database>>();
            return database;
        });
        services.AddCallerSigning(SecretKey.CallersOf(settings));
        services.AddSingleton<SchemaMigrator>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<IChangeStore, ChangeStore>();
        services.AddSingleton<VersionRetention>();
        services.AddSingleton<ITenantStore, SqlTenantStore>();
        services.AddSingleton<IChangeLog, SqlChangeLog>();
        services.AddSingleton<ISinkCursorStore, SqlSinkCursorStore>();
        services.AddSingleton<ITemplateStore, SqlTemplateStore>();
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<IReferenceStore, SqlReferenceStore>();
        services.AddSingleton<IReleaseStore, SqlReleaseStore>();
        services.AddSingleton<SqlRuntimeStore>();
        services.AddSingleton<IRuntimeStore>(provider => provider.GetRequiredService<SqlRuntimeStore>());
        services.AddSingleton<IAuditStore, SqlAuditStore>();
        services.AddSingleton<IDeniedAttemptStore, SqlDeniedAttemptStore>();
        services.TryAddSingleton<DeniedAttemptLog>();
        services.AddSingleton(TierSettings.Read(silo));
        services.AddSingleton(new TenantOptions(silo.TierGrace));
        services.AddGrainServices();
        services.AddFiles(settings, silo);
        services.AddTasks(settings, silo);
        services.AddWebhooks(settings, silo);
        services.AddToolRegistry(settings, silo);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHealth(settings);
        if (silo.OrchestratorWebSocketUrl is { } orchestrator)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OrchestratorNotifier>(provider, orchestrator));
            services.AddSingleton<IChangeSink>(provider => provider.GetRequiredService<OrchestratorNotifier>());
            services.AddHostedService(provider => provider.GetRequiredService<OrchestratorNotifier>());
        }
        if (settings.RedisUri is { } redis)
        {
            services.AddRedisConnection(redis);
            services.AddSingleton<RedisIncarnation>();
            services.AddHostedService(provider => provider.GetRequiredService<RedisIncarnation>());
            services.AddSingleton<IChangeSink, RedisBridge>();
            services.AddSingleton<IRevokedUsers, RevokedUsers>();
        }
    }

    /// <summary>
    /// Makes sure of the schema before anything is served: in development it is applied, in production it must have
    /// been, by <c>run migrate</c>.
    /// </summary>
    /// <exception cref="SchemaException">The schema is not this program's.</exception>
    public static async Task PrepareDatabaseAsync(this WebApplication app, ServiceSettings settings)
    {
        var migrator = app.Services.GetRequiredService<SchemaMigrator>();
        if (settings.IsProduction) await migrator.VerifyAsync();
        else await migrator.ApplyAsync();
    }
}
