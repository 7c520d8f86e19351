using AgentManagement.Access;
using AgentManagement.Grains.Tasks;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>
/// Queues stored tasks again that have had no step for a while, whatever became of the queue; deletes those that ended long ago, and lines
/// that became no task's. What no worker took in time expires.
/// </summary>
internal sealed class StoredTasks(
    ITaskStore store, ITaskQueue queue, IGrainFactory grains, TaskOptions options, TimeProvider time, ILogger<StoredTasks> logger)
    : IHousekeepingJob
{
    private const int MaxTasks = 100;

    /// <summary>Beyond the longest delay between two attempts, and the time after which the queue gives an entry to another silo.</summary>
    internal static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    /// <summary>Longer than the lines of an upload take from a gateway to the start of their task.</summary>
    internal static readonly TimeSpan MaxUploadTime = TimeSpan.FromHours(1);

    // What was in a queue of this process went with the last one, and nobody else works on it.
    private TimeSpan _silence = queue.OutlivesProcess ? MaxSilence : TimeSpan.Zero;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        await store.DeleteEndedAsync(now - options.TimeToLive);
        await store.DeleteLostLinesAsync(now - MaxUploadTime);
        foreach (var entry in await store.ReadUntakenAsync(now - options.TimeToLive, MaxTasks))
        {
            // Its grain ends it: there is one, so no worker begins it at the same moment.
            Caller.Current = new Caller(entry.TenantId, Caller.SystemSubject, Caller.SiloRole, null, entry.CorrelationId);
            await grains.GetGrain<ITaskGrain>(GrainKeys.Task(entry.TenantId, entry.TaskId)).StepAsync();
        }
        if (!await queue.HasRoomAsync()) return;
        foreach (var entry in await store.RequeueStalledAsync(now - _silence, now, MaxTasks))
        {
            using var scope = logger.BeginScope(TaskScope.Of(entry.TenantId, entry.CorrelationId, entry.TaskId));
            logger.LogWarning(
                LogEvents.TaskStalled, "A task of kind {Kind} had no step for a while; it is queued again", entry.Kind);
            await queue.EnqueueAsync(entry);
        }
        _silence = MaxSilence;
    }
}
