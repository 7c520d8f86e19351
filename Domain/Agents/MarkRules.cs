using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>Marking an agent with what it uses that does not work any more. The mark is no content: no editor writes it.</summary>
public static class MarkRules
{
    public static Outcome<Decision> Mark(AgentState state, MarkDegraded command, RuleContext context)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        return Mark(state, agent, [.. ToolsInUse(agent, command.Tools), .. AgentReferences.Of(agent, agent.Degraded)], command, context);
    }

    public static Outcome<Decision> Mark(AgentState state, MarkReference command, RuleContext context)
    {
        if (state.Agent is not { } agent) return Outcome.NotFound<Decision>();
        if (command.IsGone && !AgentReferences.Has(agent, command.Reference)) return Drafting.Unchanged(state);
        return Mark(
            state, agent, command.IsGone ? agent.Degraded.Add(command.Reference) : agent.Degraded.Remove(command.Reference), command,
            context);
    }

    /// <summary>Those of the marks of something that the agent uses, in order.</summary>
    public static ImmutableArray<string> InUse(IEnumerable<string> marks, AgentDocument agent)
    {
        ImmutableArray<string> all = [.. marks];
        return all.IsEmpty ? [] : Ordered([.. ToolsInUse(agent, all), .. AgentReferences.Of(agent, all)]);
    }

    /// <summary>The marks of an agent after its tools, or what it refers to, were looked at.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="tools">The tools that do not work; null where nobody could say.</param>
    /// <param name="found">What it refers to and is there.</param>
    public static ImmutableArray<string> After(AgentDocument agent, ImmutableArray<string>? tools, ImmutableArray<string> found)
    {
        if (tools is null or [] && agent.Degraded.IsEmpty) return agent.Degraded;
        return Ordered([
            .. tools ?? ToolsInUse(agent, agent.Degraded), .. AgentReferences.Of(agent, agent.Degraded).Except(found),
        ]);
    }

    private static Outcome<Decision> Mark(
        AgentState state, AgentDocument agent, ImmutableArray<string> marks, AgentCommand command, RuleContext context)
    {
        // Of what is archived the time of its last change counts: that of its archiving.
        if (agent.Status == AgentStatus.Archived) return Drafting.Unchanged(state);
        var degraded = Ordered(marks);
        if (degraded.SequenceEqual(agent.Degraded)) return Drafting.Unchanged(state);
        var kind = degraded.IsEmpty ? ChangeKind.Recovered : ChangeKind.Degraded;
        return Drafting.Write(state, agent with { Degraded = degraded }, kind, KeepingAll(state, context), command.Options);
    }

    private static ImmutableArray<string> Ordered(IEnumerable<string> marks) =>
        [.. marks.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> ToolsInUse(AgentDocument agent, ImmutableArray<string> tools)
    {
        if (tools.IsEmpty) return tools;
        var used = ToolRules.InUse(StrictJson.Parse(agent.Config).Deserialize<AgentConfig>(ContractSchema.JsonOptions)!)
            .ToHashSet(StringComparer.Ordinal);
        return tools.Where(used.Contains);
    }

    /// <summary>The service marks without a tier of its own, and must not let go of versions that the tenant's tier keeps.</summary>
    private static RuleContext KeepingAll(AgentState state, RuleContext context) => context with
    {
        Admission = context.Admission with { Limits = context.Admission.Limits with { VersionsKept = state.Version + 1 } },
    };
}
