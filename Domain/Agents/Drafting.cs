using AgentManagement.Agents;
using AgentManagement.Domain.Files;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>Turns the agent that a rule wants into the state to write. Shared by all rules.</summary>
public static class Drafting
{
    /// <summary>The next version of the agent, with its entry for the log.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="agent">The agent as it is to be; version and update fields are set here.</param>
    /// <param name="kind">One of <see cref="AgentManagement.Changes.ChangeKind"/>.</param>
    /// <param name="context">The rule's context.</param>
    /// <param name="note">The actor's reason or note.</param>
    /// <param name="options">The command's options, for its idempotency key.</param>
    public static Outcome<Decision> Write(
        AgentState state, AgentDocument agent, string kind, RuleContext context, WriteOptions options,
        string? note = null, IEnumerable<Issue>? warnings = null)
    {
        var next = agent with
        {
            Version = state.Version + 1,
            Degraded = context.Degraded ?? agent.Degraded,
            UpdatedAt = context.Now,
            UpdatedBy = context.Caller.Subject,
        };
        var config = StrictJson.Parse(next.Config);
        var entry = Entry(state, next, next.Status, kind, context, options, note) with
        {
            Search = SearchKeys.Of(next, config),
            Sizes = AgentSizes.Of(config),
            Files = FileMentions.Of(next),
        };
        return Outcome.Ok(
            new Decision(state, state with { Version = next.Version, Agent = next, Change = entry }), warnings ?? []);
    }

    /// <summary>The state without the agent; its version number stays taken.</summary>
    public static Outcome<Decision> Erase(
        AgentState state, AgentDocument agent, string kind, RuleContext context, WriteOptions options)
    {
        var last = agent with { Version = state.Version + 1 };
        var entry = Entry(state, last, null, kind, context, options, note: null);
        return Outcome.Ok(new Decision(state, new AgentState { Version = last.Version, Change = entry }));
    }

    /// <summary>The command asks for what is already so.</summary>
    public static Outcome<Decision> Unchanged(AgentState state, IEnumerable<Issue>? warnings = null) =>
        Outcome.Ok(new Decision(state, null), warnings ?? []);

    private static ChangeEntry Entry(
        AgentState state, AgentDocument agent, string? statusAfter, string kind, RuleContext context,
        WriteOptions options, string? note) => new()
        {
            EventId = Guid.CreateVersion7(context.Now).ToString("n"),
            Kind = kind,
            TenantId = context.TenantId,
            AgentId = agent.Id,
            AgentName = agent.Name,
            Version = agent.Version,
            Status = statusAfter ?? "purged",
            At = context.Now,
            Actor = context.Caller.Subject,
            Role = context.Caller.Role,
            Address = context.Caller.Address,
            CorrelationId = context.Caller.CorrelationId,
            TaskId = context.Caller.TaskId,
            Note = note ?? options.Note,
            Delta = UsageDelta.Between(state.Agent?.Status, statusAfter, isNew: state.Agent is null),
            Limits = context.Admission.Limits,
            SettingsVersion = context.SettingsVersion,
            Details = ChangedParts.Between(state.Agent, agent, statusAfter, options.Policy),
            IdempotencyKey = options.Idempotency?.Key,
            Fingerprint = options.Idempotency?.Fingerprint,
        };
}
