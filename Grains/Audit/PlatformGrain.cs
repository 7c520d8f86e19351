using AgentManagement.Audit;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps nothing: each silo has its own, as of the <see cref="Catalog.CatalogGrain"/>.</summary>
[StatelessWorker(1), Reentrant]
internal sealed class PlatformGrain(IDeniedAttemptStore refusals, TimeProvider time) : Grain, IPlatformGrain
{
    public async Task<int> RecordDeniedAttemptsAsync(ImmutableArray<DeniedAttempt> refused)
    {
        await refusals.AddAsync(refused);
        return refused.Length;
    }

    public Task<Outcome<Page<DeniedAttempt>>> ListDeniedAttemptsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        DeniedAttemptPages.ReadAsync(refusals, tenantId: null, cursor, limit, cancellationToken);

    public Task<ImmutableArray<DayCount>> CountDeniedAttemptsAsync(int days, CancellationToken cancellationToken) =>
        refusals.CountDaysAsync(tenantId: null, DayCounts.First(time, days), days, cancellationToken);
}
