using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>Rolls back what a task has upgraded. An agent whose content was changed since is left as it is, and reported.</summary>
internal sealed class UndoUpgradeJob(IGrainFactory grains, ITaskStore tasks, ITemplateStore store, ILogger<UndoUpgradeJob> logger)
    : TaskJob<UndoResult>(logger)
{
    private const int VersionsAtOnce = 50;

    public override string Kind => TaskKind.UndoUpgrade;

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command)
    {
        var taskId = ((UndoUpgrade)command).TaskId;
        var task = await tasks.FindAsync(tenantId, taskId);
        if (task is not null and not { Kind: TaskKind.Upgrade })
        {
            return Outcome.Refuse<string>(OutcomeKind.Conflict, "not_undoable", "Only upgrades can be undone.");
        }
        if (task is { IsFinished: false })
        {
            return Outcome.Refuse<string>(OutcomeKind.Conflict, "task_running", "The task has not ended yet.");
        }
        var agents = await store.ReadChangedAsync(tenantId, ChangeKind.Upgraded, UpgradeJob.NoteOf(taskId));
        // Only what has ended is deleted; the tenant's log knows of the task for ever, if it has upgraded anything.
        if (task is null && agents.IsEmpty) return Outcome.NotFound<string>();
        return Outcome.Ok(TaskLines.Join(agents.Select(agent => $"{agent} {taskId}")));
    }

    protected override async Task<UndoResult> DoAsync(TaskItem item, UndoResult result)
    {
        var (agentId, taskId) = (item.Line.Split(' ')[0], item.Line.Split(' ')[1]);
        var agent = grains.GetGrain<IAgentGrain>(GrainKeys.Agent(item.TenantId, agentId));
        var (upgraded, isUndone) = await FindUpgradeAsync(agent, taskId);
        if (isUndone) return result with { Undone = result.Undone + 1 };
        var now = await agent.GetAsync();
        if (!now.IsOk) return result;
        var then = upgraded is { } version ? await agent.GetVersionAsync(version) : Outcome.NotFound<Agent>();
        if (!then.IsOk || !AgentParts.Of(then.Value).Equals(AgentParts.Of(now.Value)) || then.Value.Derivation != now.Value.Derivation)
        {
            return result.WithFailure(new(agentId, "changed_since", "The agent was changed since; roll it back by hand.", []));
        }
        var command = new RollbackAgent(upgraded!.Value - 1, NoteOf(taskId)) { Options = item.Once with { IfMatch = [now.Value.Version] } };
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId)).ApplyAsync(agentId, command);
        return outcome switch
        {
            { IsOk: true } => result with { Undone = result.Undone + 1 },
            { Code: WriteRefusals.WriteConflict or WriteRefusals.IdempotencyConflict } or
            {
                Kind: OutcomeKind.Unavailable or OutcomeKind.PreconditionFailed
            } =>
                throw new InvalidOperationException($"The agent could not be written: {outcome.Code}."),
            _ => result.WithFailure(RefusedAgent.Of(agentId, outcome)),
        };
    }

    private static string NoteOf(string taskId) => $"Undoes task {taskId}.";

    /// <summary>The version that the task made; and whether it was undone already, as it is when this item is done once more.</summary>
    private static async Task<(int? Version, bool IsUndone)> FindUpgradeAsync(IAgentGrain agent, string taskId)
    {
        string? cursor = null;
        do
        {
            var page = await agent.ListVersionsAsync(cursor, VersionsAtOnce);
            if (!page.IsOk) return (null, false);
            foreach (var version in page.Value.Items)
            {
                if (version.Kind == ChangeKind.RolledBack && version.Note == NoteOf(taskId)) return (null, true);
                if (version.Kind == ChangeKind.Upgraded && version.Note == UpgradeJob.NoteOf(taskId)) return (version.Version, false);
            }
            cursor = page.Value.NextCursor;
        }
        while (cursor is not null);
        return (null, false);
    }
}

/// <summary>What came of undoing an upgrade.</summary>
internal sealed record UndoResult
{
    private const int MaxFailures = 100;

    public int Undone { get; init; }
    public int FailedCount { get; init; }

    /// <summary>The first agents that were left as they are.</summary>
    public ImmutableArray<RefusedAgent> Failed { get; init; } = [];

    public UndoResult WithFailure(RefusedAgent failure) => this with
    {
        FailedCount = FailedCount + 1,
        Failed = Failed.Length < MaxFailures ? Failed.Add(failure) : Failed,
    };
}
