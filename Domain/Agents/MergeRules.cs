using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Merging;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Validation;
using AgentManagement.Outcomes;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Agents;

/// <summary>Bringing an edit together with what somebody else did to the agent, or to its template.</summary>
public static class MergeRules
{
    /// <summary>Whether the write names one version that is not the current one, and asks to be merged.</summary>
    public static bool IsAsked(AgentState state, AgentCommand command, out int version)
    {
        version = 0;
        if (command is not (ReplaceAgent or PatchAgent) || state.Agent is null) return false;
        if (command.Options is not { MergeFields: true, IfMatch: [var named] } || named == state.Version) return false;
        version = named;
        return true;
    }

    /// <summary>An edit of the version that If-Match names, put over what was changed since.</summary>
    public static Outcome<Decision> Edit(AgentState state, AgentCommand command, AgentDocument edited, RuleContext context)
    {
        var content = command is PatchAgent patch ? EditRules.Patched(edited, patch.Patch) : ((ReplaceAgent)command).Content;
        // As the content alone would be judged; only what is valid can be taken apart.
        var mine = ContentValidation.Check(content, context.AgentId, context.Admission.Limits, mustBeComplete: false, edited);
        if (!mine.IsOk) return mine.Refusal<Decision>();

        if (ThreeWayMerge.Merge(AgentParts.Of(edited).ToContent(), AgentParts.Of(state.Agent!).ToContent(), mine.Value.ToContent())
            is not { } merge) return WriteRefusals.TooDifferent<Decision>();
        if (!merge.Conflicts.IsEmpty)
        {
            return Refuse(state, merge, "Others changed the same fields since the version that If-Match names; see conflicts.");
        }
        return WithMerge(merge, EditRules.Edit(
            state, merge.Content, ChangeKind.Updated, mine.Value.Note, command.Options, state.Agent!.Derivation, context));
    }

    /// <summary>The agent as another version of its template makes it, with what the tenant changed.</summary>
    public static Outcome<Decision> Upgrade(AgentState state, UpgradeAgent command, RuleContext context)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        var step = command.Step ?? throw new ArgumentException("The command has no step.", nameof(command));
        if (agent.Derivation?.ToDerivation() != step.From)
        {
            return Outcome.Refuse<Decision>(
                OutcomeKind.Conflict, WriteRefusals.WriteConflict, "The agent was changed at the same moment; try again.");
        }
        var mine = AgentParts.Of(agent).ToContent();
        if (ThreeWayMerge.Merge(step.Before, step.After, mine, Decide(command.Decisions, command.OnConflict)) is not { } merge)
        {
            return WriteRefusals.TooDifferent<Decision>();
        }
        if (!merge.Conflicts.IsEmpty) return Refuse(state, merge, "Template and tenant changed the same; see conflicts.");
        return WithMerge(merge, EditRules.Edit(
            state, merge.Content, ChangeKind.Upgraded, command.Note ?? $"{step.To.TemplateId} {step.From.Version} to {step.To.Version}.",
            command.Options, StoredDerivation.Of(step.To), context));
    }

    internal static Func<MergeConflict, MergeSide?> Decide(
        ImmutableDictionary<string, ConflictChoice> decisions, ConflictChoice otherwise = ConflictChoice.Refuse) => conflict =>
        decisions.GetValueOrDefault(conflict.Label, otherwise) switch
        {
            ConflictChoice.Mine => MergeSide.Mine,
            ConflictChoice.Theirs => MergeSide.Theirs,
            _ => null,
        };

    internal static Outcome<Decision> Refuse(AgentState state, MergeResult merge, string detail) =>
        Outcome.Refuse<Decision>(OutcomeKind.Conflict, "merge_conflict", detail) with
        {
            Conflicts = merge.Conflicts,
            CurrentVersion = state.Version,
        };

    internal static Outcome<Decision> WithMerge(MergeResult merge, Outcome<Decision> decided) =>
        decided.IsOk ? Outcome.Ok(decided.Value with { Merged = merge.Taken }, decided.Issues) : decided;
}
