using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.Changes;
using AgentManagement.Observability;
using AgentManagement.Silo.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Observability;

/// <summary>
/// Measures now and then what is still to be done, also what no grain is at work on, as after a restart; and how many logs are broken.
/// </summary>
internal sealed class BacklogObserver(
    SqlBacklogs backlogs, BacklogAges ages, IAuditStore audit, IEnumerable<IChangeSink> sinks, TimeProvider time,
    ILogger<BacklogObserver> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        AccessMetrics.Begin();
        AuditMetrics.Begin();
        TaskMetrics.Begin();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MeasureAsync();
            }
            catch (Exception exception)
            {
                // The health check tells that the database does not answer.
                logger.LogDebug(LogEvents.BacklogNotMeasured, exception, "What is still to be done could not be measured");
            }
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task MeasureAsync()
    {
        AuditMetrics.TellBroken(await audit.CountBrokenAsync());
        var oldest = TimeSpan.Zero;
        foreach (var sink in sinks)
        {
            var backlog = await backlogs.OfDestinationAsync(sink.Name);
            BacklogMetrics.TellDelivery(sink.Name, backlog, time.GetUtcNow());
            if (backlog.AgeAt(time.GetUtcNow()) is var age && age > oldest) oldest = age;
        }
        ages.Tell(BacklogAges.Changes, oldest, time.GetUtcNow());
        BacklogMetrics.TellTasks(await backlogs.OfTasksAsync(), time.GetUtcNow());
        ages.Tell(BacklogAges.Tasks, (await backlogs.OfStepsAsync()).AgeAt(time.GetUtcNow()), time.GetUtcNow());
    }
}
