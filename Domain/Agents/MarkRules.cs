using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>Marking an agent with the tools it uses that do not work any more. The mark is no content: no editor writes it.</summary>
public static class MarkRules
{
    public static Outcome<Decision> Mark(AgentState state, MarkDegraded command, RuleContext context)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        // Of what is archived the time of its last change counts: that of its archiving.
        if (agent.Status == AgentStatus.Archived) return Drafting.Unchanged(state);
        var tools = InUse([.. command.Tools.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], agent.Config);
        if (tools.SequenceEqual(agent.DegradedTools)) return Drafting.Unchanged(state);
        var kind = tools.IsEmpty ? ChangeKind.Recovered : ChangeKind.Degraded;
        return Drafting.Write(state, agent with { DegradedTools = tools }, kind, KeepingAll(state, context), command.Options);
    }

    /// <summary>Those of the tools that a configuration uses.</summary>
    public static ImmutableArray<string> InUse(ImmutableArray<string> tools, JsonText config)
    {
        if (tools.IsEmpty) return tools;
        var used = ToolRules.InUse(StrictJson.Parse(config).Deserialize<AgentConfig>(ContractSchema.JsonOptions)!)
            .ToHashSet(StringComparer.Ordinal);
        return [.. tools.Where(used.Contains)];
    }

    /// <summary>The service marks without a tier of its own, and must not let go of versions that the tenant's tier keeps.</summary>
    private static RuleContext KeepingAll(AgentState state, RuleContext context) => context with
    {
        Admission = context.Admission with { Limits = context.Admission.Limits with { VersionsKept = state.Version + 1 } },
    };
}
