using AgentManagement.Audit;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps nothing: each silo has its own, as of the <see cref="Catalog.CatalogGrain"/>.</summary>
[StatelessWorker(1), Reentrant]
internal sealed class AuditGrain(
    ChainCheck check, IAuditStore store, IDeniedAttemptStore refusals, TimeProvider time, ILogger<AuditGrain> logger) : Grain, IAuditGrain
{
    public async Task<ChainStep> VerifyChainAsync(ChainPosition after, CancellationToken cancellationToken)
    {
        var step = await check.StepAsync(TenantId, after, cancellationToken);
        if (step.Fault is not { } fault) return step;
        logger.LogError(LogEvents.ChangeLogBroken, "The log is broken at revision {Revision}: {Reason}", fault.Revision, fault.Reason);
        await store.RecordBrokenAsync(TenantId, time.GetUtcNow());
        return step;
    }

    public Task<ImmutableArray<DayCount>> CountChangesAsync(int days, CancellationToken cancellationToken) =>
        store.CountDaysAsync(TenantId, DayCounts.First(time, days), days, cancellationToken);

    public Task<ImmutableArray<DayCount>> CountDeniedAttemptsAsync(int days, CancellationToken cancellationToken) =>
        refusals.CountDaysAsync(TenantId, DayCounts.First(time, days), days, cancellationToken);

    public Task<Outcome<Page<DeniedAttempt>>> ListDeniedAttemptsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        DeniedAttemptPages.ReadAsync(refusals, TenantId, cursor, limit, cancellationToken);

    public Task<Outcome<Page<DeniedAttempt>>> ListReadsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        DeniedAttemptPages.ReadReadsAsync(refusals, TenantId, cursor, limit, cancellationToken);

    private string TenantId => GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
        ? tenantId
        : throw new ArgumentException("The grain key is not a tenant's.");
}
