using AgentManagement.Domain.Agents;
using AgentManagement.Grains.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tasks;
using AgentManagement.Grains.Tools;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;
using AgentManagement.Tasks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.Tasks;

internal static class TaskServices
{
    /// <summary>What the grains of tasks need: store and queue.</summary>
    public static void AddTasks(this IServiceCollection services, ServiceSettings settings, SiloSettings silo)
    {
        services.AddSingleton(new TaskOptions(silo.RedisQueueTimeToLive));
        services.TryAddSingleton<ITaskStore, SqlTaskStore>();
        if (settings.RedisUri is null) services.TryAddSingleton<ITaskQueue, LocalTaskQueue>();
        else
        {
            services.TryAddSingleton<ITaskQueue>(provider => ActivatorUtilities.CreateInstance<RedisTaskQueue>(
                provider, RedisTaskQueue.KeyOf(settings.ClusterId), RedisTaskQueue.DefaultClaimTimeout));
        }
    }

    /// <summary>The housekeeping of tasks: the stored ones, and those of each day.</summary>
    public static void AddTaskHousekeeping(this IServiceCollection services)
    {
        services.AddSingleton<IHousekeepingJob, StoredTasks>();
        services.AddDailyTask("purge", new PurgeExpiredAgents(), provider =>
        {
            var tenants = provider.GetRequiredService<ITenantStore>();
            return async now => await tenants.ReadTenantsOfArchivedAsync(now - StatusRules.RestorePeriod);
        });
        // What the registry says between two of them may be missed.
        services.AddDailyTask("tools", new CheckTools(), provider =>
        {
            var (tenants, registry) = (provider.GetRequiredService<ITenantStore>(), provider.GetRequiredService<IToolRegistry>());
            return async _ => registry.IsConfigured ? await tenants.ReadTenantsOfToolsAsync(toolId: null) : [];
        });
        // Bytes of a tenant without files are what a broken upload left.
        services.AddDailyTask("files", new CollectFiles(), provider =>
        {
            var (files, bytes) = (provider.GetRequiredService<IFileStore>(), provider.GetRequiredService<IFileBytes>());
            return async _ => bytes.IsConfigured ? (await files.ReadTenantsAsync()).Union(await bytes.ListTenantsAsync()) : [];
        });
    }

    private static void AddDailyTask(
        this IServiceCollection services, string name, TaskCommand command,
        Func<IServiceProvider, Func<DateTimeOffset, Task<IEnumerable<string>>>> findTenants) =>
        services.AddSingleton<IHousekeepingJob>(provider => new DailyTask(
            name, command, provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<TimeProvider>(),
            findTenants(provider)));
}
