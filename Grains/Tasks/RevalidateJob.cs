using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>Validates all agents but the archived by the rules and the tier of today; changes none.</summary>
internal sealed class RevalidateJob(IGrainFactory grains, ITenantStore store, ILogger<RevalidateJob> logger)
    : TaskJob<RevalidationResult>(logger)
{
    public override string Kind => TaskKind.Revalidate;

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) =>
        Outcome.Ok(TaskLines.Join(await store.ReadAgentIdsAsync(tenantId)));

    protected override async Task<RevalidationResult> DoAsync(TaskItem item, RevalidationResult result)
    {
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId)).RevalidateAsync(item.Line);
        return outcome switch
        {
            { IsOk: true } when outcome.Value.Any(issue => issue.Severity == IssueSeverity.Error) =>
                result.WithInvalid(item.Line, outcome.Value),
            { IsOk: true } => result with { Valid = result.Valid + 1 },
            // Archived or purged since the task began.
            { Kind: OutcomeKind.NotFound } => result,
            _ => throw new InvalidOperationException($"The agent could not be validated: {outcome.Code}."),
        };
    }
}

/// <summary>What a revalidation found.</summary>
internal sealed record RevalidationResult
{
    private const int MaxAgents = 100;
    private const int MaxIssues = 20;

    public int Valid { get; init; }
    public int InvalidCount { get; init; }

    /// <summary>The first agents that are not valid.</summary>
    public ImmutableArray<InvalidAgent> Invalid { get; init; } = [];

    public RevalidationResult WithInvalid(string agentId, ImmutableArray<Issue> issues)
    {
        var errors = issues.Where(issue => issue.Severity == IssueSeverity.Error).Take(MaxIssues)
            .Select(issue => new InvalidField(issue.Code, issue.Pointer));
        return this with
        {
            InvalidCount = InvalidCount + 1,
            Invalid = Invalid.Length < MaxAgents ? Invalid.Add(new(agentId, [.. errors])) : Invalid,
        };
    }
}

/// <summary>An agent that is not valid any more, and why.</summary>
internal sealed record InvalidAgent(string Id, ImmutableArray<InvalidField> Issues);

/// <summary>A field that is not valid any more.</summary>
internal sealed record InvalidField(string Code, string Pointer);
