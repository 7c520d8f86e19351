using AgentManagement.Audit;
using AgentManagement.Changes;
using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Changes;
using AgentManagement.Silo.Files;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.Orchestrator;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Storage;
using AgentManagement.Silo.Tasks;
using AgentManagement.Silo.ToolRegistry;
using AgentManagement.Storage;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using AgentManagement.Validation;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.Hosting;

/// <summary>What the silo is made of.</summary>
public static class SiloHosting
{
    /// <summary>Adds grains, storage and health checks.</summary>
    /// <exception cref="System.Data.Common.DbException">PostgreSQL does not answer, or refuses.</exception>
    public static async Task AddSiloAsync(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        var database = await Database.OpenAsync(settings);
        builder.AddSiloParts(settings, database);
        builder.AddOrleansSilo(settings, database);
        builder.Services.AddTaskHousekeeping();
        builder.Services.AddSingleton<IHousekeepingJob, SinkBackstop>();
        builder.Services.AddSingleton<IHousekeepingJob, LogScrub>();
        builder.Services.AddSingleton<IHousekeepingJob, DeniedAttemptCleanup>();
        builder.Services.AddSiloTelemetry();
        // They work through grains, and so start after them and end before.
        builder.Services.AddHostedService<TaskWorker>();
        builder.Services.AddHostedService<HousekeepingPing>();
    }

    /// <summary>What a silo has beside Orleans.</summary>
    internal static void AddSiloParts(this IHostApplicationBuilder builder, ServiceSettings settings, Database database)
    {
        var services = builder.Services;
        services.AddSingleton(_ => database);
        services.AddSingleton<SchemaMigrator>();
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<ITenantStore, SqlTenantStore>();
        services.AddSingleton<IChangeLog, SqlChangeLog>();
        services.AddSingleton<ISinkCursorStore, SqlSinkCursorStore>();
        services.AddSingleton<ITemplateStore, SqlTemplateStore>();
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<IAuditStore, SqlAuditStore>();
        services.AddSingleton(provider => new ChainCheck(provider.GetRequiredService<IAuditStore>()));
        services.AddSingleton<IRefusalStore, SqlRefusalStore>();
        services.TryAddSingleton<RefusalLog>();
        services.AddSingleton<SystemTemplates>();
        services.AddSingleton(TierSettings.Read(settings));
        services.AddSingleton(new TenantOptions(settings.TierGrace));
        services.AddSingleton<IReferenceCheck, HandoffCheck>();
        services.AddSingleton<ReferenceChecks>();
        services.AddSingleton<IReferenceCheck, ToolReferenceCheck>();
        services.AddSingleton<IReferenceCheck, AttachmentCheck>();
        services.AddFiles(settings);
        services.AddTasks(settings);
        services.AddToolRegistry(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHealth(settings);
        if (settings.OrchestratorWebSocketUrl is not null)
        {
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OrchestratorNotifier>(provider, settings));
            services.AddSingleton<IChangeSink>(provider => provider.GetRequiredService<OrchestratorNotifier>());
            services.AddHostedService(provider => provider.GetRequiredService<OrchestratorNotifier>());
        }
        if (settings.RedisUri is { } redis)
        {
            services.AddRedisConnection(redis);
            services.AddSingleton<RedisIncarnation>();
            services.AddHostedService(provider => provider.GetRequiredService<RedisIncarnation>());
            services.AddSingleton<IChangeSink, RedisBridge>();
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
