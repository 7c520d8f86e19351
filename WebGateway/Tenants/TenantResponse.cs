using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Tenants;

/// <summary>A tenant, as it sees itself.</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Tier">free, advance, professional or enterprise.</param>
/// <param name="Limits">What the tier allows.</param>
/// <param name="Usage">What the tenant uses.</param>
/// <param name="Revision">How many changes its log holds.</param>
internal sealed record TenantResponse(string Id, string Tier, LimitsResponse Limits, UsageResponse Usage, long Revision)
{
    public static TenantResponse Of(Tenant tenant) => new(
        tenant.Id, tenant.Limits.Tier, LimitsResponse.Of(tenant.Limits),
        new(tenant.Usage.Agents, tenant.Usage.ActiveAgents, tenant.Usage.CreatesToday), tenant.Revision);
}

/// <summary>What a tier allows.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Agents that are active at the same time.</param>
/// <param name="CreatesPerDay">Agents made within a day (UTC); null for no limit.</param>
/// <param name="Tools">Tools of one agent.</param>
/// <param name="McpServers">MCP servers of one agent.</param>
/// <param name="Collections">Knowledge collections of one agent.</param>
/// <param name="InstructionCharacters">Unicode characters of the instruction template.</param>
/// <param name="VersionsKept">Versions of one agent whose content is kept.</param>
/// <param name="Models">Allowed models as provider/id; a trailing * stands for any rest.</param>
/// <param name="RequestsPerMinute">Requests a minute.</param>
/// <param name="Watchers">Open change feeds.</param>
internal sealed record LimitsResponse(
    int Agents, int ActiveAgents, int? CreatesPerDay, int Tools, int McpServers, int Collections, int InstructionCharacters,
    int VersionsKept, ImmutableArray<string> Models, int RequestsPerMinute, int Watchers)
{
    public static LimitsResponse Of(TierLimits limits) => new(
        limits.Agents, limits.ActiveAgents, limits.CreatesPerDay, limits.Tools, limits.McpServers, limits.Collections,
        limits.InstructionCharacters, limits.VersionsKept, limits.Models, limits.RequestsPerMinute, limits.Watchers);
}

/// <summary>What a tenant uses of its limits.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Of these, the active ones.</param>
/// <param name="CreatesToday">Agents made since 00:00 UTC.</param>
internal sealed record UsageResponse(int Agents, int ActiveAgents, int CreatesToday);
