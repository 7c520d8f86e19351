using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Access;

/// <summary>Calls that the silo denied.</summary>
public static class AccessMetrics
{
    private static readonly Counter<long> Denials = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.denials", "{call}", "Grain calls that the silo denied, by code.");

    private static readonly Counter<long> Violations = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.isolation.violations", "{call}",
        "Grain calls for another tenant than the caller's. Any is a fault of ours, or an attack.");

    /// <summary>So that the first violation is a rise, not a new series.</summary>
    public static void Begin() => Violations.Add(0);

    public static void Count(string code)
    {
        Denials.Add(1, new KeyValuePair<string, object?>("code", code));
        if (code == AccessFilter.TenantMismatch) Violations.Add(1);
    }
}
