using AgentManagement.Grains.Audit;
using AgentManagement.Grains.Changes;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Observability;

/// <summary>Measures in the database what is still to be done, also what no grain is at work on, and how many logs are broken.</summary>
internal sealed class BacklogMeasurement(
    SqlBacklogs backlogs, IAuditStore audit, SqlWebhookStore webhooks, SqlRuntimeStore runtimes, IEnumerable<IChangeSink> sinks,
    TimeProvider time)
    : IHousekeepingJob
{
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The last measurement; null before the first.</summary>
    public ServiceBacklog? Last { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        var changes = ImmutableDictionary.CreateBuilder<string, Backlog>();
        foreach (var sink in sinks) changes[sink.Name] = await backlogs.OfSinkAsync(sink.Name);
        Last = new(
            time.GetUtcNow(), changes.ToImmutable(), await backlogs.OfTasksAsync(), await backlogs.OfStepsAsync(),
            await audit.CountBrokenAsync())
        {
            Webhooks = await webhooks.MeasureAsync(),
            Runtimes = await runtimes.CountAsync(),
            BlockedReleases = await backlogs.OfReleasesAsync(),
        };
    }
}
