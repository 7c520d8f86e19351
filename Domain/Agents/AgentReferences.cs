using AgentManagement.Changes;
using AgentManagement.Domain.Files;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// What of the tenant an agent refers to, as its mark names what is gone: <c>agent/{id}</c>, <c>template/{id}</c>, <c>file/{id}</c>.
/// </summary>
public static class AgentReferences
{
    private const string AgentPrefix = ChangeSubject.Agent + "/";

    /// <summary>How an agent is named.</summary>
    public static string OfAgent(string agentId) => AgentPrefix + agentId;

    /// <summary>Reads an agent's id.</summary>
    public static string? AgentIn(string reference) =>
        reference.StartsWith(AgentPrefix, StringComparison.Ordinal) ? reference[AgentPrefix.Length..] : null;

    /// <summary>The agents to which a template hands over.</summary>
    public static ImmutableArray<string> HandoffsOf(TemplateDocument template) =>
    [
        .. StrictJson.Parse(template.Config).Items("handoffs").Select(handoff => handoff.Text("agentId")).OfType<string>()
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Those of the names that the agent refers to. A name may be a tool's as well, which is none of them.</summary>
    public static IEnumerable<string> Of(AgentDocument agent, ImmutableArray<string> names) => names.Where(name => Has(agent, name));

    /// <summary>Whether the agent refers to what is named.</summary>
    public static bool Has(AgentDocument agent, string reference)
    {
        if (AgentIn(reference) is { } agentId)
        {
            return StrictJson.Parse(agent.Config).Items("handoffs").Any(handoff => handoff.Text("agentId") == agentId);
        }
        if (ChangeSubject.TryReadTemplate(reference, out var templateId)) return agent.Derivation?.TemplateId == templateId;
        return ChangeSubject.TryReadFile(reference, out var fileId) && FileMentions.Of(agent).Contains(fileId);
    }
}
