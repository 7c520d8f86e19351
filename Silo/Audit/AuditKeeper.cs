using AgentManagement.Audit;
using AgentManagement.Observability;

namespace AgentManagement.Silo.Audit;

/// <summary>
/// Looks after the audit: the rows that each tenant's log has got since the last look are checked, some of those before, too, and
/// refusals of long ago forgotten. All silos do so; where one has looked the others find nothing to do.
/// </summary>
internal sealed class AuditKeeper(
    ChainCheck check, AuditRound round, IAuditStore store, IRefusalStore refusals, TimeProvider time, ILogger<AuditKeeper> logger) : BackgroundService
{
    /// <summary>How long refusals are kept.</summary>
    internal static readonly TimeSpan RefusalsKept = TimeSpan.FromDays(30);

    private const int MostTenantsAtOnce = 1_000;
    private const int MostStepsOfATenant = 10;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await LookAsync(stoppingToken);
        }
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken stopping = default)
    {
        try
        {
            foreach (var (tenantId, position) in await store.ListUncheckedAsync(MostTenantsAtOnce))
            {
                if (stopping.IsCancellationRequested) return;
                await CheckAsync(tenantId, position);
            }
            await round.GoOnAsync(stopping);
            await refusals.ForgetAsync(time.GetUtcNow() - RefusalsKept);
        }
        catch (Exception exception)
        {
            // The health check tells that the database does not answer.
            logger.LogDebug(LogEvents.AuditNotLookedAfter, exception, "The audit could not be looked after; the next look comes soon");
        }
    }

    private async Task CheckAsync(string tenantId, ChainPosition position)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = tenantId });
        for (var steps = 0; steps < MostStepsOfATenant; steps++)
        {
            var step = await check.StepAsync(tenantId, position);
            // Of a broken log too, so that it does not stand before the others; its place stays, and so it is looked at again.
            await store.RecordCheckedAsync(tenantId, step.Fault is null ? step.Last : position, step.Fault is not null, time.GetUtcNow());
            if (step.Fault is { } fault)
            {
                logger.LogError(LogEvents.LogBroken, "The log is broken at revision {Revision}: {Reason}", fault.Revision, fault.Reason);
                return;
            }
            position = step.Last;
            if (!step.IsLast) continue;
            // Outside of the database, where who changes that cannot change it.
            logger.LogInformation(LogEvents.LogWhole, "The log is whole to revision {Revision}, hash {Hash}", position.Revision, position.Hash);
            return;
        }
    }
}
