using System.Text.Json;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tasks;
using AgentManagement.Domain.Tools;
using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tools;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Asks the Tool Registry for the tools of all agents but the archived, those of a step at once, and marks each agent with
/// those that do not work any more. A mark that is so already is no change: doing an item again does no harm.
/// </summary>
internal sealed class ToolCheckJob(IGrainFactory grains, ITenantStore store, IToolRegistry registry, ILogger<ToolCheckJob> logger)
    : ITaskJob
{
    private const int MaxAtOnce = 20;
    private const int MaxAttempts = 5;

    public string Kind => TaskKind.Tools;

    public async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) =>
        Outcome.Ok(registry.IsConfigured ? TaskLines.Join(await store.ReadAgentIdsOfToolsAsync(tenantId)) : "");

    public async Task<TaskWork> RunAsync(TaskState task, IReadOnlyList<string> lines, Func<int, bool> isEnough)
    {
        var tenantId = task.Caller.TenantId;
        var result = task.Result is { } text ? JsonSerializer.Deserialize<ToolCheckResult>(text.Text, JsonSerializerOptions.Web)! : new();
        var agents = await Task.WhenAll(lines.Take(MaxAtOnce).Select(id => FindAsync(tenantId, id)));
        var tools = await ResolveAsync(tenantId, agents);
        var done = task.Done;
        try
        {
            for (; done - task.Done < agents.Length && (done == task.Done || !isEnough(done - task.Done)); done++)
            {
                if (await CheckAsync(tenantId, agents[done - task.Done], tools, task.Caller) is { } agent) result = result.With(agent);
            }
        }
        catch (Exception exception) when (done > task.Done)
        {
            // What is done counts; the next step meets the failure first, and tells it.
            logger.LogDebug(LogEvents.TaskStepCanceled, exception, "The step of a task ends at item {Item}", done + 1);
        }
        return new(done, new JsonText(JsonSerializer.Serialize(result, JsonSerializerOptions.Web)));
    }

    /// <summary>Marks the agent; returns it as it then is, or null when there is nothing to check any more.</summary>
    private async Task<Agent?> CheckAsync(string tenantId, Agent? agent, ImmutableDictionary<string, RegisteredTool> tools, Caller caller)
    {
        for (var look = 1; agent is not null; look++)
        {
            var outcome = await MarkAsync(agent, tools, caller);
            if (outcome.IsOk) return outcome.Value.Agent;
            if (outcome.Kind == OutcomeKind.NotFound) return null;
            if (outcome.Kind != OutcomeKind.PreconditionFailed || look == MaxAttempts)
            {
                throw new InvalidOperationException($"The agent could not be marked: {outcome.Code}.");
            }
            // Somebody has edited it since it was looked at.
            agent = await FindAsync(tenantId, agent.Id);
            tools = await ResolveAsync(tenantId, agent);
        }
        return null;
    }

    /// <summary>Marks as the service itself, whoever asked for the check: nobody else may.</summary>
    private Task<Outcome<AgentChange>> MarkAsync(Agent agent, ImmutableDictionary<string, RegisteredTool> registered, Caller caller)
    {
        var config = ConfigOf(agent);
        var tools = ToolRules.Degraded(config, registered, isDraft: agent.Status == AgentStatus.Draft);
        // The other marks are of what it refers to.
        if (tools.SequenceEqual(agent.Degraded.Intersect(ToolRules.InUse(config))))
        {
            return Task.FromResult(Outcome.Ok(new AgentChange(agent, null, agent.Status)));
        }
        return ApplyAsync();

        // What an asynchronous method sets in its context does not reach its caller.
        async Task<Outcome<AgentChange>> ApplyAsync()
        {
            Caller.Current = caller with { Subject = Caller.SystemSubject, Role = Caller.SiloRole, Tier = null };
            var command = new MarkDegraded(tools) { Options = new() { IfMatch = [agent.Version] } };
            return await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(caller.TenantId)).ApplyAsync(agent.Id, command);
        }
    }

    private async Task<ImmutableDictionary<string, RegisteredTool>> ResolveAsync(string tenantId, params Agent?[] agents)
    {
        var ids = agents.OfType<Agent>().SelectMany(agent => ToolRules.InUse(ConfigOf(agent))).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count == 0) return ImmutableDictionary<string, RegisteredTool>.Empty;
        // Anew: the message that made this task may not have reached the cache of this silo.
        return await registry.ResolveAsync(tenantId, ids, anew: true)
            ?? throw new InvalidOperationException("The Tool Registry cannot be asked.");
    }

    private async Task<Agent?> FindAsync(string tenantId, string agentId)
    {
        var agent = (await grains.GetGrain<IAgentGrain>(GrainKeys.Agent(tenantId, agentId)).GetAsync()).Value;
        return agent?.Status == AgentStatus.Archived ? null : agent;
    }

    private static AgentConfig ConfigOf(Agent agent) => StrictJson.Parse(agent.Config)
        .Deserialize<AgentConfig>(ContractSchema.JsonOptions)!;
}

/// <summary>What a check of tools found.</summary>
internal sealed record ToolCheckResult
{
    private const int MaxAgents = 100;

    public int Checked { get; init; }
    public int DegradedCount { get; init; }

    /// <summary>The first agents with tools that do not work any more.</summary>
    public ImmutableArray<DegradedAgent> Degraded { get; init; } = [];

    public ToolCheckResult With(Agent agent)
    {
        var result = this with { Checked = Checked + 1 };
        if (agent.Degraded.IsEmpty) return result;
        return result with
        {
            DegradedCount = DegradedCount + 1,
            Degraded = Degraded.Length < MaxAgents ? Degraded.Add(new(agent.Id, agent.Degraded)) : Degraded,
        };
    }
}

/// <summary>An agent that uses tools that do not work any more.</summary>
internal sealed record DegradedAgent(string Id, ImmutableArray<string> Tools);
