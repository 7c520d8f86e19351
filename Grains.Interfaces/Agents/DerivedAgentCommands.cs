using AgentManagement.Access;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Agents;

/// <summary>Makes a new draft from a template. Applied to the new agent's id.</summary>
/// <param name="TemplateId">The template, at its newest version.</param>
/// <param name="Name">The new agent's name.</param>
/// <param name="Variables">Values for the template's variables: an object.</param>
/// <param name="Customizations">What is to differ from the template: an object; see <c>docs/templates.md</c>.</param>
[GenerateSerializer, Immutable, Alias("InstantiateTemplate"), Requires(Permissions.AgentsWrite)]
public sealed record InstantiateTemplate(string TemplateId, string Name, JsonText Variables, JsonText Customizations) : AgentCommand;

/// <summary>Brings an agent to another version of its template, keeping what the tenant changed.</summary>
/// <param name="ToVersion">The version; null for the newest.</param>
/// <param name="Variables">Values that are to differ from those that the agent was made with: an object.</param>
/// <param name="OnConflict">What to do where template and tenant changed the same.</param>
/// <param name="Decisions">The side that holds, by the conflict's label; they go before <paramref name="OnConflict"/>.</param>
/// <param name="Note">Kept in the history.</param>
[GenerateSerializer, Immutable, Alias("UpgradeAgent"), Requires(Permissions.AgentsWrite)]
public sealed record UpgradeAgent(
    int? ToVersion, JsonText Variables, ConflictChoice OnConflict, ImmutableDictionary<string, ConflictChoice> Decisions, string? Note)
    : AgentCommand
{
    /// <summary>What the template makes of the agent; set by the tenant grain.</summary>
    [Id(5)] public TemplateStep? Step { get; init; }
}

/// <summary>What two versions of a template make of the same agent.</summary>
/// <param name="From">What the agent was made from.</param>
/// <param name="To">What it is to be made from.</param>
/// <param name="Before">The content that the old version makes.</param>
/// <param name="After">The content that the new version makes.</param>
[GenerateSerializer, Immutable, Alias("TemplateStep")]
public sealed record TemplateStep(Derivation From, Derivation To, JsonText Before, JsonText After);

/// <summary>What to do with a conflict.</summary>
public enum ConflictChoice
{
    /// <summary>Refuse the write, and tell all conflicts.</summary>
    Refuse = 0,

    /// <summary>Keep the agent's own.</summary>
    Mine = 1,

    /// <summary>Take the other side's.</summary>
    Theirs = 2,
}
