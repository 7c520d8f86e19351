using AgentManagement.Configuration;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Validation;

/// <summary>What can only be checked by asking others: further agents of the tenant, the Tool Registry.</summary>
internal interface IReferenceCheck
{
    /// <summary>Never throws when somebody cannot be asked: that is a finding, too.</summary>
    Task<ReferenceFindings> CheckAsync(ReferenceSubject subject);
}

/// <summary>Content of the right shape whose references are to be checked.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="AgentId">The agent; null for content that is nobody's yet.</param>
/// <param name="Type">The agent's type.</param>
/// <param name="Config">Its configuration as it is to be.</param>
/// <param name="Limits">The tenant's tier.</param>
/// <param name="IsLive">Whether the agent is, or is to be, active.</param>
/// <param name="Before">Of an agent that is active already: its configuration as it is.</param>
internal sealed record ReferenceSubject(
    string TenantId, string? AgentId, string Type, AgentConfig Config, TierLimits Limits, bool IsLive, AgentConfig? Before = null);

/// <summary>What a check found.</summary>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Unavailable">Set when the write must not be made because somebody could not be asked: a stable code.</param>
internal sealed record ReferenceFindings(ImmutableArray<Issue> Issues, string? Unavailable = null)
{
    /// <summary>Ids of the files that were found, and must still be there when the agent is written.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    public static ReferenceFindings None { get; } = new([]);
}
