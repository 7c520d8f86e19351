using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Agents;

/// <summary>An agent at one of its versions.</summary>
/// <param name="Id">A slug, unique within the tenant.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Type">conversational, rag or workflow.</param>
/// <param name="Status">draft, active, inactive or archived.</param>
/// <param name="Version">1 for the first; the ETag.</param>
/// <param name="Config">The configuration document as it was written; see /api/v1/schemas/agent-config.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Metadata">A free object.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="UpdatedAt">When this version was made.</param>
/// <param name="UpdatedBy">Who made this version.</param>
/// <param name="ActivatedAt">Since when it is active, or null.</param>
/// <param name="ArchivedAt">Since when it is archived, or null.</param>
/// <param name="ClonedFrom">The agent that it was cloned from, or null.</param>
/// <param name="Degraded">
/// What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}.
/// </param>
/// <param name="TemplateId">The template that it was made from, or null.</param>
/// <param name="TemplateVersion">The version of the template, or null.</param>
/// <param name="TemplateVariables">The values that were given to the template, or null.</param>
/// <param name="TemplateCustomizations">What was asked to differ from the template, or null.</param>
/// <param name="Icon">An emoji or the address of a picture; this and the next four are absent when nothing is said.</param>
/// <param name="Category">Under what people look for it.</param>
/// <param name="Author">Who made it, in words.</param>
/// <param name="Licence">Under which licence it may be used.</param>
/// <param name="Homepage">Where to read more.</param>
/// <param name="Manager">Whose files it was made of; absent when it was made otherwise.</param>
/// <param name="Merged">After a merge: the places where somebody else's change was taken over, in words. Absent otherwise.</param>
/// <param name="Warnings">What a write was warned of; not there when there is nothing, nor when an agent is read.</param>
/// <param name="Change">After apply: agent_created, agent_updated, or none where there was nothing to do. Absent otherwise.</param>
internal sealed record AgentResponse(
    string Id, string Name, string? Description, string Type, string Status, int Version, JsonText Config,
    ImmutableArray<string> Tags, JsonText Metadata, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt,
    string UpdatedBy, DateTimeOffset? ActivatedAt, DateTimeOffset? ArchivedAt, string? ClonedFrom, ImmutableArray<string> Degraded,
    string? TemplateId, int? TemplateVersion, JsonText? TemplateVariables, JsonText? TemplateCustomizations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Icon = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Category = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Licence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Homepage = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Manager = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Merged = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<IssueResponse>? Warnings = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Change = null)
{
    public static AgentResponse Of(AgentChange change) => Of(change.Agent!) with { Merged = change.Merged };

    public static AgentResponse Of(Agent agent) => new(
        agent.Id, agent.Name, agent.Description, agent.Type, agent.Status, agent.Version, agent.Config,
        agent.Tags, agent.Metadata, agent.CreatedAt, agent.CreatedBy, agent.UpdatedAt,
        agent.UpdatedBy, agent.ActivatedAt, agent.ArchivedAt, agent.ClonedFrom, agent.Degraded,
        agent.Derivation?.TemplateId, agent.Derivation?.Version, agent.Derivation?.Variables, agent.Derivation?.Customizations,
        agent.Appearance?.Icon, agent.Appearance?.Category, agent.Appearance?.Author, agent.Appearance?.Licence,
        agent.Appearance?.Homepage, agent.Manager);

    /// <summary>The agent as a write left it, with what was merged and warned of.</summary>
    public static AgentResponse Of(AgentChange written, ImmutableArray<Issue> warnings) => Of(written) with
    {
        Warnings = warnings.IsEmpty ? null : IssueResponse.Of(warnings),
    };
}
