using AgentManagement.Configuration;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Validation;

/// <summary>Content of the right shape whose references are to be checked.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="AgentId">The agent; null for content that is nobody's yet.</param>
/// <param name="Type">The agent's type.</param>
/// <param name="Config">Its configuration as it is to be.</param>
/// <param name="Limits">The tenant's tier.</param>
/// <param name="IsLive">Whether the agent is, or is to be, active.</param>
/// <param name="Before">Of an agent that is active already: its configuration as it is.</param>
public sealed record ReferenceSubject(
    string TenantId, string? AgentId, string Type, AgentConfig Config, TierLimits Limits, bool IsLive, AgentConfig? Before = null)
{
    /// <summary>Ids of its tools that did not work when they were last looked at.</summary>
    public ImmutableArray<string> Marked { get; init; } = [];
}
