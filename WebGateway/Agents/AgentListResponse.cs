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
internal sealed record AgentSummaryResponse(
    string Id, string Name, string? Description, string Type, string Status, int Version, ImmutableArray<string> Tags,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AgentSummaryResponse Of(AgentSummary agent) => new(
        agent.Id, agent.Name, agent.Description, agent.Type, agent.Status, agent.Version, agent.Tags,
        agent.CreatedAt, agent.UpdatedAt);
}
