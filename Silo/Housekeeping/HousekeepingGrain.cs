using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.ToolRegistry;
using Orleans.Placement;

namespace AgentManagement.Silo.Housekeeping;

/// <summary>Each job has a timer of its own, so that none waits for another. What is due is in memory, so it does not move.</summary>
[Immovable(ImmovableKind.Rebalancer)]
internal sealed class HousekeepingGrain(
    IEnumerable<IHousekeepingJob> jobs, BacklogMeasurement backlog, UseMeasurement use, ILogger<HousekeepingGrain> logger)
    : Grain, IHousekeepingGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
        {
            this.RegisterGrainTimer(
                stopping => RunAsync(job, stopping), new GrainTimerCreationOptions(job.FirstRun, job.Interval) { Interleave = true });
        }
        return Task.CompletedTask;
    }

    public Task<ServiceBacklog?> PingAsync() => Task.FromResult(backlog.Last is { } last ? last with { Use = use.Last } : null);

    public Task CheckToolAsync(ToolNotice notice)
    {
        foreach (var checks in jobs.OfType<PromptToolChecks>()) checks.Add(notice);
        return Task.CompletedTask;
    }

    private async Task RunAsync(IHousekeepingJob job, CancellationToken stopping)
    {
        try
        {
            await job.RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next silo goes on.
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.HousekeepingFailed, exception, "The job {Job} failed; it runs again soon", job.GetType().Name);
        }
    }
}
