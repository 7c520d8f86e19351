using AgentManagement.Observability;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>
/// Looks after the stored tasks, whatever became of the queue: those that nobody works on are queued again, those that
/// ended long ago are deleted, and those of the day are started where there is something for them.
/// </summary>
internal sealed class TaskKeeper(
    ITaskStore store, ITaskQueue queue, IEnumerable<DailyTask> daily, TaskOptions options, TimeProvider time, ILogger<TaskKeeper> logger) : BackgroundService
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Beyond the longest pause between two attempts, and the time after which the queue gives an entry to another.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    // What was in a queue of this process went with the last one, and nobody else works on it.
    private TimeSpan _silence = queue.OutlivesProcess ? LongestSilence : TimeSpan.Zero;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync()
    {
        var now = time.GetUtcNow();
        await TryAsync(() => store.DeleteEndedAsync(now - options.TimeToLive));
        foreach (var task in daily) await TryAsync(() => task.StartWhereDueAsync(now));
        await TryAsync(() => QueueAgainAsync(now));
    }

    private async Task QueueAgainAsync(DateTimeOffset now)
    {
        if (!await queue.HasRoomAsync()) return;
        foreach (var entry in await store.TakeSilentAsync(now - _silence, now, MostAtOnce)) await queue.EnqueueAsync(entry);
        _silence = LongestSilence;
    }

    /// <summary>One server that does not answer must not keep the others from being asked.</summary>
    private async Task TryAsync(Func<Task> keep)
    {
        try
        {
            await keep();
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.TasksNotLookedAfter, exception, "The tasks could not be looked after; the next look comes soon");
        }
    }
}
