using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Releases;

/// <summary>What of releases somebody is to hear of. How many do not go on is measured over all tenants, in the database.</summary>
public static class ReleaseMetrics
{
    private static readonly Counter<long> Bypasses = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.release.bypasses", "{release}", "Releases that were made past their label's policy.");

    /// <summary>Has the counter be there before it counts anything: a rise of what was not there is none.</summary>
    public static void Begin() => Bypasses.Add(0);

    public static void CountBypass() => Bypasses.Add(1);
}
