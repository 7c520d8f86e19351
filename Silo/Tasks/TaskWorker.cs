using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.Grains.Tasks;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>
/// Holds some of the queue's tasks and has their grains do step after step, a few steps at a time. Tenants take turns
/// with each step, so that long tasks of one do not stop those of the others.
/// </summary>
internal sealed class TaskWorker(ITaskQueue queue, IGrainFactory grains, TimeProvider time, ILogger<TaskWorker> logger) : BackgroundService
{
    /// <summary>More tasks than these take turns through the queue.</summary>
    internal const int MaxHeld = 64;

    private const int Slots = 2;
    private static readonly TimeSpan DelayAfterFault = TimeSpan.FromSeconds(1);

    // Well below the time after which the queue gives an entry to another worker.
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string TenantId, string TaskId), QueuedTask> _held = new();
    private readonly SemaphoreSlim _room = new(MaxHeld);
    private readonly TaskTurns _turns = new();
    private volatile bool _isCrowded;

    public override void Dispose()
    {
        _room.Dispose();
        _turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
        [
            RepeatAsync(DequeueAsync, stoppingToken),
            RepeatAsync(RenewAsync, stoppingToken),
            .. Enumerable.Range(0, Slots).Select(_ => Task.Run(() => RepeatAsync(StepNextAsync, stoppingToken), CancellationToken.None)),
        ]);
        try
        {
            // Another silo goes on at once.
            foreach (var task in _held.Values) await GiveBackAsync(task);
        }
        catch (Exception exception)
        {
            LogFault(exception);
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> workAsync, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await workAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFault(exception);
                await Task.Delay(DelayAfterFault, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Not the task's own failure, which its grain counts: database, queue or grain cannot be reached. The queue gives the task again.
    private void LogFault(Exception exception) =>
        logger.LogWarning(LogEvents.TaskWorkerFailed, exception, "A task could not be worked on; it will be again");

    private async Task DequeueAsync(CancellationToken stopping)
    {
        var task = await queue.DequeueAsync(stopping);
        if (task.Entry is not { } entry || !GrainKeys.IsTenantId(entry.TenantId) || !GrainKeys.IsTaskId(entry.TaskId))
        {
            logger.LogError(LogEvents.QueueEntryInvalid, "The queue held an entry that is no task's");
            await DeadLetterAsync(task, "unreadable");
            return;
        }
        var held = _held.GetOrAdd(KeyOf(entry), task);
        if (held != task)
        {
            await queue.RemoveAsync(task);
            return;
        }
        // The entry may also be one that is held already, when its renewals failed.
        if (!ReferenceEquals(held, task)) return;
        _isCrowded = _room.CurrentCount == 0;
        await _room.WaitAsync(stopping);
        _isCrowded = false;
        _turns.Add(entry.TenantId, task);
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        await Task.Delay(RenewalInterval, time, stopping);
        if (_held.Values is { Count: > 0 } held) await queue.RenewAsync([.. held]);
    }

    private async Task StepNextAsync(CancellationToken stopping)
    {
        var task = await _turns.NextAsync(stopping);
        var entry = task.Entry!;
        using var scope = logger.BeginScope(TaskScope.Of(entry.TenantId, entry.CorrelationId, entry.TaskId));
        try
        {
            Caller.Current = new Caller(entry.TenantId, Caller.SystemSubject, Caller.SiloRole, null, entry.CorrelationId);
            var step = await grains.GetGrain<ITaskGrain>(GrainKeys.Task(entry.TenantId, entry.TaskId)).StepAsync();
            if (!step.IsFinished)
            {
                await ContinueAsync(task, step.Delay, stopping);
                return;
            }
            if (step.Error is not { } error) await queue.RemoveAsync(task);
            else
            {
                logger.LogError(LogEvents.TaskFailed, "A task of kind {Kind} was given up: {Error}", entry.Kind, error.Code);
                await DeadLetterAsync(task, error.Code);
            }
            Drop(task);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            Drop(task);
            // Here, where the line says which task it is.
            LogFault(exception);
            await Task.Delay(DelayAfterFault, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch
        {
            Drop(task);
            throw;
        }
    }

    private async Task ContinueAsync(QueuedTask task, TimeSpan delay, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested) return;
        if (delay > TimeSpan.Zero) _ = AddLaterAsync(task, delay, stopping);
        else if (_isCrowded)
        {
            await GiveBackAsync(task);
            Drop(task);
        }
        else _turns.Add(task.Entry!.TenantId, task);
    }

    private async Task AddLaterAsync(QueuedTask task, TimeSpan delay, CancellationToken stopping)
    {
        await Task.Delay(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCancellationRequested) _turns.Add(task.Entry!.TenantId, task);
    }

    /// <summary>Puts the task at the end of the queue.</summary>
    private async Task GiveBackAsync(QueuedTask task)
    {
        await queue.EnqueueAsync(task.Entry!);
        await queue.RemoveAsync(task);
    }

    private async Task DeadLetterAsync(QueuedTask task, string error)
    {
        await queue.DeadLetterAsync(task, error);
        TaskMetrics.CountDeadLetter();
    }

    private void Drop(QueuedTask task)
    {
        _held.TryRemove(KeyOf(task.Entry!), out _);
        _room.Release();
    }

    private static (string TenantId, string TaskId) KeyOf(TaskEntry entry) => (entry.TenantId, entry.TaskId);
}
