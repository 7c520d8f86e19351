using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>Takes tasks from the queue and has their grains do step after step, a few tasks at a time.</summary>
internal sealed class TaskWorker(ITaskQueue queue, IGrainFactory grains, TimeProvider time, ILogger<TaskWorker> logger) : BackgroundService
{
    private const int AtOnce = 2;
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await DoAsync(await queue.TakeAsync(stopping), stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Not the task's own failure, which its grain counts: database, queue or grain cannot be reached. What was
                // taken comes again.
                logger.LogWarning(LogEvents.TaskNotWorkedOn, exception, "A task could not be worked on; it will be again");
                await Task.Delay(PauseAfterFault, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task DoAsync(TakenTask taken, CancellationToken stopping)
    {
        if (taken.Entry is not { } entry || !GrainKeys.IsTenantId(entry.TenantId) || !GrainKeys.IsTaskId(entry.TaskId))
        {
            logger.LogError(LogEvents.QueueEntryUnreadable, "The queue held an entry that is no task's");
            await BuryAsync(taken, "unreadable");
            return;
        }
        using var scope = logger.BeginScope(new Dictionary<string, object>
        {
            ["tenant_id"] = entry.TenantId, ["correlation_id"] = entry.CorrelationId, ["task_id"] = entry.TaskId,
        });
        Caller.Current = new Caller(entry.TenantId, Caller.SystemSubject, Caller.SiloRole, null, entry.CorrelationId);
        var grain = grains.GetGrain<ITaskGrain>(GrainKeys.Task(entry.TenantId, entry.TaskId));
        while (!stopping.IsCancellationRequested)
        {
            var step = await grain.StepAsync();
            if (step.IsFinished)
            {
                if (step.Error is not { } error)
                {
                    await queue.EndAsync(taken);
                    return;
                }
                logger.LogError(LogEvents.TaskFailed, "A task of kind {Kind} was given up: {Error}", entry.Kind, error.Code);
                await BuryAsync(taken, error.Code);
                return;
            }
            await queue.RenewAsync(taken);
            if (step.Pause > TimeSpan.Zero) await Task.Delay(step.Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // Another silo goes on at once.
        await queue.AddAsync(entry);
        await queue.EndAsync(taken);
    }

    private async Task BuryAsync(TakenTask taken, string error)
    {
        await queue.BuryAsync(taken, error);
        TaskMetrics.CountDeadLetter();
    }
}
