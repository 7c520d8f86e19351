using AgentManagement.Agents;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>Where hand-offs may lead: to agents that are there, not in a circle through a workflow, and not on and on.</summary>
public static class HandoffRules
{
    /// <summary>How many hand-offs away an agent may be.</summary>
    public const int MaxSteps = 10;

    private const string Place = "/config/handoffs";

    /// <param name="subject">The agent as it is to be.</param>
    /// <param name="graph">It and all that it leads to, as far as one step beyond <see cref="MaxSteps"/>.</param>
    public static IEnumerable<Issue> Check(ReferenceSubject subject, HandoffGraph graph)
    {
        // Who is in a circle with a workflow sends it back to itself, workflow or not.
        var circle = graph.CircleOfStart();
        if (subject.Type != AgentType.Workflow && !circle.Any(id => graph.Find(id)?.Type == AgentType.Workflow)) circle = [];
        for (var index = 0; index < subject.Config.Handoffs?.Count; index++)
        {
            var pointer = $"{Place}/{index}/agentId";
            // Agents elsewhere are not ours to look for.
            if (subject.Config.Handoffs[index].AgentId is not { } target) continue;
            if (target == subject.AgentId) yield return Issue.Error("handoff_self", pointer, "An agent cannot hand over to itself.");
            else if (graph.Find(target) is null) yield return Missing(pointer, subject.IsLive && !HasAlready(subject.Before, target));
            else if (circle.Contains(target)) yield return Issue.Error(
                "handoff_cycle", pointer, "It leads back here, and a workflow must not reach itself.");
        }
        if (graph.StepsToFarthest > MaxSteps)
        {
            yield return Issue.Error("handoff_depth", Place, $"No agent may be more than {MaxSteps} hand-offs away.");
        }
    }

    /// <summary>A live agent that hands over to what is gone is not made worse by an edit, such as one that corrects a text.</summary>
    private static bool HasAlready(AgentConfig? before, string target) => before?.Handoffs?.Any(each => each.AgentId == target) == true;

    /// <summary>Another tenant's agent and none at all are the same.</summary>
    private static Issue Missing(string pointer, bool isError) => new(
        isError ? IssueSeverity.Error : IssueSeverity.Warning, "handoff_target_missing", pointer,
        "There is no such agent, or it is archived.");
}
