using AgentManagement.Agents;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Agents;

/// <summary>A page of the tenant's agents.</summary>
/// <param name="Items">The agents, without their configurations.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
/// <param name="Total">How many agents match on all pages.</param>
internal sealed record AgentListResponse(ImmutableArray<AgentSummaryResponse> Items, string? NextCursor, long Total)
{
    public static AgentListResponse Of(Page<AgentSummary> page) =>
        new([.. page.Items.Select(AgentSummaryResponse.Of)], page.NextCursor, page.Total ?? 0);
}

/// <summary>An agent in a list.</summary>
/// <param name="Id">A slug, unique within the tenant.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Type">conversational, rag or workflow.</param>
/// <param name="Status">draft, active, inactive or archived.</param>
/// <param name="Version">1 for the first.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When its version was made.</param>
/// <param name="Degraded">
/// What it uses that does not work any more: ids of tools, and what is gone: agent/{id}, template/{id}, file/{id}.
/// </param>
/// <param name="UpdatedBy">Who made its version.</param>
/// <param name="ActivatedAt">Since when it is active, or null.</param>
/// <param name="TemplateId">The template that it was made from, or null.</param>
/// <param name="TemplateVersion">The version of the template, or null.</param>
/// <param name="Model">Its model as provider/id, or null where it names none.</param>
internal sealed record AgentSummaryResponse(
    string Id, string Name, string? Description, string Type, string Status, int Version, ImmutableArray<string> Tags,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, ImmutableArray<string> Degraded, string UpdatedBy, DateTimeOffset? ActivatedAt,
    string? TemplateId, int? TemplateVersion, string? Model)
{
    public static AgentSummaryResponse Of(AgentSummary agent) => new(
        agent.Id, agent.Name, agent.Description, agent.Type, agent.Status, agent.Version, agent.Tags,
        agent.CreatedAt, agent.UpdatedAt, agent.Degraded, agent.UpdatedBy, agent.ActivatedAt, agent.TemplateId,
        agent.TemplateVersion, agent.Model);
}
