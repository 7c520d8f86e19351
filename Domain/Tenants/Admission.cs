using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>
/// What a tenant lets a command do. The counters are looked at for a dry run only: a change is counted when it is committed, and
/// refused then when one passes its limit.
/// </summary>
/// <param name="Limits">The tenant's limits.</param>
/// <param name="MayAddAgent">Whether there may be one more agent.</param>
/// <param name="MayCreateAgent">Whether one more may be made today.</param>
/// <param name="MayActivateAgent">Whether one more may be active.</param>
public sealed record Admission(TierLimits Limits, bool MayAddAgent = true, bool MayCreateAgent = true, bool MayActivateAgent = true)
{
    /// <summary>As the counters are at the moment.</summary>
    public static Admission Of(TierLimits limits, TenantUsage usage) => new(
        limits, usage.Agents < limits.Agents, usage.CreatesToday < (limits.CreatesPerDay ?? int.MaxValue),
        usage.ActiveAgents < limits.ActiveAgents);
}
