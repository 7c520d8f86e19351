using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>Changing the content of an agent: as a whole, by merge patch, or back to an old version.</summary>
public static class EditRules
{
    public static Outcome<Decision> Replace(AgentState state, ReplaceAgent command, RuleContext context) =>
        state.Agent is null
            ? CreateRules.Create(state, new CreateAgent(command.Content) { Options = command.Options }, context)
            : Edit(state, command.Content, ChangeKind.Updated, note: null, command.Options, state.Agent.Derivation, context);

    public static Outcome<Decision> Patch(AgentState state, PatchAgent command, RuleContext context)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        var readOnly = AgentReadOnly.Members.CheckPatch(StrictJson.Parse(command.Patch), () => AgentReadOnly.Of(agent));
        if (!readOnly.IsEmpty) return Outcome.Invalid<Decision>(readOnly);
        return Edit(state, Patched(agent, command.Patch), ChangeKind.Updated, note: null, command.Options, agent.Derivation, context);
    }

    /// <summary>An agent's content with a merge patch applied.</summary>
    public static JsonText Patched(AgentDocument agent, JsonText patch) => StrictJson.Compact(JsonSerializer.SerializeToElement(
        MergePatch.Apply(JsonNode.Parse(AgentParts.Of(agent).ToContent().Text), JsonNode.Parse(patch.Text))));

    public static Outcome<Decision> Rollback(AgentState state, RollbackAgent command, RuleContext context)
    {
        if (state.Agent is null) return Outcome.NotFound<Decision>();
        if (context.OldVersion is not { } old)
        {
            return Outcome.Refuse<Decision>(
                OutcomeKind.Conflict, "version_not_kept", $"Version {command.ToVersion} does not exist or its content is no longer kept.");
        }
        return Edit(
            state, AgentParts.Of(old).ToContent(), ChangeKind.RolledBack,
            command.Note ?? $"Back to version {command.ToVersion}.", command.Options, old.Derivation, context, old.Degraded);
    }

    /// <summary>
    /// The agent with other content, and made from what it says; its status stays. Marked is what did not work the last time that the
    /// agent had it.
    /// </summary>
    public static Outcome<Decision> Edit(
        AgentState state, JsonText newContent, string kind, string? note, WriteOptions options, StoredDerivation? derivation,
        RuleContext context, ImmutableArray<string>? marked = null)
    {
        var agent = state.Agent!;
        if (agent.Status == AgentStatus.Archived)
        {
            return Outcome.Refuse<Decision>(OutcomeKind.Conflict, "agent_archived", "The agent is archived; restore it first.");
        }

        var content = ContentValidation.Check(
            newContent, context.AgentId, context.Admission.Limits, mustBeComplete: agent.Status == AgentStatus.Active,
            agent, context.DefaultModel);
        if (!content.IsOk) return content.Refusal<Decision>();

        var parts = content.Value;
        // Nothing to tell anybody: a save without an edit makes no version.
        if (parts.Equals(AgentParts.Of(agent)) && derivation == agent.Derivation) return Drafting.Unchanged(state, content.Issues);

        var edited = agent with
        {
            Name = parts.Name,
            Description = parts.Description,
            Type = parts.Type,
            Config = parts.Config,
            Tags = parts.Tags,
            Metadata = parts.Metadata,
            Appearance = parts.Appearance,
            Derivation = derivation,
        };
        edited = edited with { Degraded = MarkRules.InUse(agent.Degraded.Union(marked ?? []), edited) };
        return Drafting.Write(state, edited, kind, context, options, note ?? parts.Note, content.Issues);
    }
}
