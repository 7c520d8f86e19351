using AgentManagement.Audit;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps nothing: each silo has its own, as of the <see cref="Catalog.CatalogGrain"/>.</summary>
[StatelessWorker(1), Reentrant]
internal sealed class PlatformGrain(IRefusalStore refusals) : Grain, IPlatformGrain
{
    public async Task<int> RecordRefusalsAsync(ImmutableArray<Refusal> refused)
    {
        await refusals.AddAsync(refused);
        return refused.Length;
    }

    public Task<Outcome<Page<Refusal>>> ListRefusalsAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        RefusalPages.ReadAsync(refusals, tenantId: null, cursor, limit, cancellationToken);
}
