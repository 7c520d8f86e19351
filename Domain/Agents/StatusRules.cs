using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Agents;

/// <summary>Moving an agent between its statuses, and out of the system.</summary>
public static class StatusRules
{
    /// <summary>How long an archived agent can be restored.</summary>
    public static readonly TimeSpan RestorePeriod = TimeSpan.FromDays(30);

    public static Outcome<Decision> Activate(AgentState state, ActivateAgent command, RuleContext context) =>
        Move(state, ChangeKind.Activated, (agent, status) =>
        {
            var limits = context.Admission.Limits;
            var content = ContentValidation.Check(
                AgentParts.Of(agent).ToContent(), agent.Id, limits, mustBeComplete: true, current: null, context.DefaultModel);
            if (!content.IsOk) return content.Refusal<Decision>();
            if (!context.Admission.MayActivateAgent) return QuotaRefusals.ActiveAgents<Decision>(limits);
            var active = agent with { Status = status, ActivatedAt = context.Now };
            return Drafting.Write(
                state, active, ChangeKind.Activated, context, command.Options, command.Reason, content.Issues);
        });

    public static Outcome<Decision> Deactivate(AgentState state, DeactivateAgent command, RuleContext context) =>
        Move(state, ChangeKind.Deactivated, (agent, status) => Drafting.Write(
            state, agent with { Status = status, ActivatedAt = null }, ChangeKind.Deactivated, context,
            command.Options, command.Reason));

    public static Outcome<Decision> Archive(AgentState state, ArchiveAgent command, RuleContext context) =>
        Move(state, ChangeKind.Archived, (agent, status) => UseRules.Check<Decision>(context.Referrers, command.Force, context.Caller)
            ?? UseRules.Warn(Drafting.Write(
                state,
                agent with { Status = status, ActivatedAt = null, ArchivedAt = context.Now, ArchivedFrom = agent.Status },
                ChangeKind.Archived, context, command.Options), context.Referrers));

    public static Outcome<Decision> Restore(AgentState state, RestoreAgent command, RuleContext context) =>
        Move(state, ChangeKind.Restored, (agent, status) =>
        {
            if (context.Now - agent.ArchivedAt > RestorePeriod)
            {
                return Outcome.Refuse<Decision>(
                    OutcomeKind.Conflict, "restore_expired",
                    $"The agent was archived more than {RestorePeriod.TotalDays} days ago and can only be purged.");
            }
            if (!context.Admission.MayAddAgent) return QuotaRefusals.Agents<Decision>(context.Admission.Limits);
            var restored = agent with
            {
                Status = agent.ArchivedFrom == AgentStatus.Draft ? AgentStatus.Draft : status,
                ArchivedAt = null,
                ArchivedFrom = null,
            };
            return Drafting.Write(state, restored, ChangeKind.Restored, context, command.Options);
        });

    public static Outcome<Decision> Purge(AgentState state, PurgeAgent command, RuleContext context) =>
        state.Agent is not { } agent ? Outcome.NotFound<Decision>()
        : agent.Status != AgentStatus.Archived ? IllegalTransition(agent.Status, ChangeKind.Purged)
        : RefuseOfLabel(context) ?? UseRules.Check<Decision>(context.Referrers, command.Force, context.Caller)
            ?? UseRules.Warn(Drafting.Erase(state, agent, ChangeKind.Purged, context, command.Options), context.Referrers);

    /// <summary>The refusal while labels have a version of it, which goes out of no label by being purged.</summary>
    private static Outcome<Decision>? RefuseOfLabel(RuleContext context)
    {
        ImmutableArray<Referrer> labels = [.. context.Referrers.Where(referrer => referrer.Kind == ChangeSubject.Label)];
        return labels.IsEmpty ? null : Outcome.Refuse<Decision>(
            OutcomeKind.Conflict, UseRules.InUse, "Labels have a version of it; release its removal from them first.") with
        {
            Referrers = labels,
        };
    }

    private static Outcome<Decision> Move(
        AgentState state, string kind, Func<AgentDocument, string, Outcome<Decision>> write)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        if (Transitions.IsDone(agent.Status, kind)) return Drafting.Unchanged(state);
        return Transitions.Next(agent.Status, kind) is { } status
            ? write(agent, status)
            : IllegalTransition(agent.Status, kind);
    }

    private static Outcome<Decision> IllegalTransition(string status, string kind) => Outcome.Refuse<Decision>(
        OutcomeKind.Conflict, "illegal_transition", $"An agent that is {status} cannot be {kind[(kind.IndexOf('_') + 1)..]}.");
}
