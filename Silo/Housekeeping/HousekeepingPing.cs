using AgentManagement.Access;
using AgentManagement.Grains.Access;
using AgentManagement.Grains.Audit;
using AgentManagement.Grains.Releases;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Grains.Tasks;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Observability;

namespace AgentManagement.Silo.Housekeeping;

/// <summary>Keeps the cluster's housekeeping going, and publishes on this silo what it measured.</summary>
internal sealed class HousekeepingPing(
    IGrainFactory grains, BacklogAges ages, UseMetrics use, TimeProvider time, ILogger<HousekeepingPing> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AccessMetrics.Begin();
        AuditMetrics.Begin();
        TaskMetrics.Begin();
        ReleaseMetrics.Begin();
        RuntimeMetrics.Begin();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Caller.Current = Caller.Silo;
                if (await grains.GetGrain<IHousekeepingGrain>(GrainKeys.Platform).PingAsync() is { } backlog) Publish(backlog);
            }
            catch (Exception exception)
            {
                // The health check reports a backlog that was not measured for a while.
                logger.LogDebug(LogEvents.HousekeepingUnreachable, exception, "The cluster's housekeeping does not answer");
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Publish(ServiceBacklog backlog)
    {
        var now = time.GetUtcNow();
        AuditMetrics.RecordBroken(backlog.BrokenLogs);
        foreach (var (sink, changes) in backlog.Changes) BacklogMetrics.RecordSinkLag(sink, changes, now);
        BacklogMetrics.RecordTasks(backlog.Tasks, now);
        BacklogMetrics.RecordWebhooks(backlog.Webhooks, now);
        BacklogMetrics.RecordReleases(backlog.Runtimes, backlog.BlockedReleases, now);
        use.Record(backlog.Use);
        ages.Record(BacklogAges.Changes, backlog.Changes.Values.Select(changes => changes.AgeAt(backlog.MeasuredAt)).DefaultIfEmpty().Max(),
            backlog.MeasuredAt);
        ages.Record(BacklogAges.Tasks, backlog.Steps.AgeAt(backlog.MeasuredAt), backlog.MeasuredAt);
    }
}
