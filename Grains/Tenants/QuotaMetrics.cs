using System.Diagnostics.Metrics;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Tenants;

/// <summary>What quotas refused.</summary>
internal static class QuotaMetrics
{
    private static readonly Counter<long> Refusals = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.quota.refusals", "{call}", "Calls that a quota refused, by limit.");

    /// <summary>Notes the outcome if it is such a refusal.</summary>
    /// <returns>The outcome.</returns>
    public static Outcome<T> Count<T>(string tenantId, Outcome<T> outcome)
    {
        if (outcome is { Kind: OutcomeKind.QuotaExceeded, Issues: [var issue, ..] })
        {
            Refusals.Add(1, new KeyValuePair<string, object?>("limit", issue.Code));
            TenantRefusals.Count(tenantId, issue.Code);
        }
        return outcome;
    }
}
