using AgentManagement.Domain.Agents;

namespace AgentManagement.Domain.Tenants;

/// <summary>What tiers count of an agent.</summary>
/// <param name="Models">Models and fallbacks as <c>provider/id</c>.</param>
public sealed record AgentUse(string AgentId, string Status, AgentSizes Sizes, ImmutableArray<string> Models);
