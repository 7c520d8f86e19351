using AgentManagement.Audit;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps nothing, so there may be as many as there is work.</summary>
[StatelessWorker]
internal sealed class PlatformGrain(IRefusalStore refusals) : Grain, IPlatformGrain
{
    public async Task<int> RecordRefusalsAsync(ImmutableArray<Refusal> refused)
    {
        await refusals.AddAsync(refused);
        return refused.Length;
    }

    public Task<Outcome<Page<Refusal>>> ListRefusalsAsync(string? cursor, int limit) => RefusalPages.ReadAsync(refusals, tenantId: null, cursor, limit);
}
