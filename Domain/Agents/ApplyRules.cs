using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Merging;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// Agents as code: a file is put over the agent as it is, with what the same manager applied last as their common base. What others changed
/// stays, and is told; what both changed is a conflict.
/// </summary>
public static class ApplyRules
{
    /// <summary>How many managers one agent may have.</summary>
    public const int MaxManagers = 4;

    public static Outcome<Decision> Apply(AgentState state, ApplyAgent command, RuleContext context)
    {
        var file = ContentValidation.Check(command.Content, context.AgentId, context.Admission.Limits, mustBeComplete: false, state.Agent);
        if (!file.IsOk) return file.Refusal<Decision>();
        var applied = file.Value.ToContent();
        var all = state.Applied ?? ImmutableDictionary<string, JsonText>.Empty;
        return state.Agent is { } agent
            ? Remember(Over(agent))
            : Remember(CreateRules.Create(
                state, new CreateAgent(command.Content) { Options = command.Options, Manager = command.Manager }, context));

        Outcome<Decision> Over(AgentDocument agent)
        {
            JsonText? last = all.TryGetValue(command.Manager, out var known) ? known : null;
            if (last is null && all.Count >= MaxManagers) return TooMany(all.Keys);
            // Without a file before there is no base: whatever the agent has otherwise, somebody else wanted.
            if (ThreeWayMerge.Merge(
                    last ?? JsonText.EmptyObject, AgentParts.Of(agent).ToContent(), applied, MergeRules.Decide(command.Decisions))
                is not { } merge) return WriteRefusals.TooDifferent<Decision>();
            if (!merge.Conflicts.IsEmpty)
            {
                return MergeRules.Refuse(state, merge, last is null
                    ? "This manager has not applied to the agent before, and the two differ; see conflicts."
                    : "File and agent changed the same since the file was applied last; see conflicts.");
            }
            var edited = EditRules.Edit(
                state, merge.Content, ChangeKind.Updated, note: null, command.Options, agent.Derivation, context);
            // What the file says may be so already: then its being the base of the next one is all that is new.
            var isBaseNew = edited is { IsOk: true, Value.Next: null } && last != applied;
            var note = command.Options.Note ?? $"As {command.Manager} has it.";
            return MergeRules.WithMerge(merge, isBaseNew
                ? Drafting.Write(state, agent, ChangeKind.Updated, context, command.Options, note, edited.Issues) : edited);
        }

        Outcome<Decision> Remember(Outcome<Decision> decided) => decided.Value?.Next is not { } next ? decided : Outcome.Ok(
            decided.Value with { Next = next with { Applied = all.SetItem(command.Manager, applied) } }, decided.Issues);
    }

    private static Outcome<Decision> TooMany(IEnumerable<string> managers) => Outcome.Refuse<Decision>(
        OutcomeKind.Conflict, "too_many_managers",
        $"{MaxManagers} managers apply files to this agent: {string.Join(", ", managers.Order(StringComparer.Ordinal))}.");
}
