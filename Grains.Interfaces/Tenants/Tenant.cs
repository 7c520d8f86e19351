namespace AgentManagement.Tenants;

/// <summary>A tenant, as it sees itself.</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Limits">What its tier allows.</param>
/// <param name="Usage">What it uses.</param>
/// <param name="Revision">How many changes its log holds; every change has the next number.</param>
[GenerateSerializer, Immutable, Alias("Tenant")]
public sealed record Tenant(string Id, TierLimits Limits, TenantUsage Usage, long Revision);

/// <summary>What a tenant uses of its limits.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Of these, the active ones.</param>
/// <param name="CreatesToday">Agents made since 00:00 UTC.</param>
[GenerateSerializer, Immutable, Alias("TenantUsage")]
public sealed record TenantUsage(int Agents, int ActiveAgents, int CreatesToday);
