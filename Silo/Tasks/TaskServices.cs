using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Storage;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.Silo.Tasks;

internal static class TaskServices
{
    /// <summary>What the grains of tasks need: store, queue and jobs.</summary>
    public static void AddTasks(this IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(new TaskOptions(settings.RedisQueueTimeToLive));
        services.TryAddSingleton<ITaskStore, SqlTaskStore>();
        services.AddSingleton<ITaskJob, ImportJob>();
        services.AddSingleton<ITaskJob, RevalidateJob>();
        services.AddSingleton<ITaskJob, PurgeJob>();
        services.AddSingleton<ITaskJob, UpgradeJob>();
        services.AddSingleton<ITaskJob, UndoUpgradeJob>();
        services.AddSingleton<ITaskJob, ToolCheckJob>();
        services.AddSingleton<ITaskJob, FileCollectionJob>();
        if (settings.RedisUri is null) services.TryAddSingleton<ITaskQueue, LocalTaskQueue>();
        else
        {
            services.TryAddSingleton<ITaskQueue>(provider => ActivatorUtilities.CreateInstance<RedisTaskQueue>(
                provider, RedisTaskQueue.KeyOf(settings.ClusterId), RedisTaskQueue.DefaultClaimTimeout));
        }
    }

    /// <summary>What works on tasks in this process, and looks after those that nobody works on.</summary>
    public static void AddTaskWorkers(this IServiceCollection services)
    {
        services.AddSingleton<DailyTask, DailyPurge>();
        services.AddSingleton<DailyTask, DailyToolCheck>();
        services.AddSingleton<DailyTask, DailyFileCollection>();
        services.AddHostedService<TaskWorker>();
        services.AddHostedService<TaskKeeper>();
    }
}
