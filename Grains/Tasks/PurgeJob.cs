using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>Purges the archived agents that can no longer be restored.</summary>
internal sealed class PurgeJob(IGrainFactory grains, ITenantStore store, TimeProvider time, ILogger<PurgeJob> logger)
    : TaskJob<PurgeResult>(logger)
{
    public override string Kind => TaskKind.Purge;

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) =>
        Outcome.Ok(TaskLines.Join(await store.ReadArchivedAsync(tenantId, time.GetUtcNow() - StatusRules.RestorePeriod)));

    protected override async Task<PurgeResult> DoAsync(TaskItem item, PurgeResult result)
    {
        var agent = (await grains.GetGrain<IAgentGrain>(GrainKeys.Agent(item.TenantId, item.Line)).GetAsync()).Value;
        if (agent is not null && !(time.GetUtcNow() - agent.ArchivedAt > StatusRules.RestorePeriod)) return result;
        // Who still refers to it has been marked, or warned, since it was archived.
        // Only what was looked at: one that somebody has made anew since stays. An agent that is gone has no version, but where
        // this item purged it before a crash, the first answer comes again.
        var options = item.Once with { IfMatch = [agent?.Version ?? 0] };
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId))
            .ApplyAsync(item.Line, new PurgeAgent { Options = options, Force = true });
        return outcome switch
        {
            { IsOk: true } => result with { Purged = result.Purged + 1 },
            { Kind: OutcomeKind.PreconditionFailed or OutcomeKind.NotFound } => result,
            _ => throw new InvalidOperationException($"The agent could not be purged: {outcome.Code}."),
        };
    }
}

/// <summary>What a purge did.</summary>
internal sealed record PurgeResult
{
    public int Purged { get; init; }
}
