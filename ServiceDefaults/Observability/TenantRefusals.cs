using System.Diagnostics.Metrics;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Whom quotas and rates refused.</summary>
public static class TenantRefusals
{
    /// <summary>The instrument, whose series METRICS_TENANTS bounds.</summary>
    public const string Name = "agent_management.tenant_refusals";

    private static readonly Counter<long> Refusals = ServiceMeter.Meter.CreateCounter<long>(
        Name, "{call}", "Calls and requests that a quota or a rate refused, by tenant and limit.");

    public static void Count(string tenantId, string limit) =>
        Refusals.Add(1, new(ServiceMeter.Tenant, tenantId), new("limit", limit));
}
