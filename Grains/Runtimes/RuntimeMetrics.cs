using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Runtimes;

/// <summary>How runtimes fare. How many there are is measured over all tenants, in the database.</summary>
public static class RuntimeMetrics
{
    private static readonly Counter<long> Silent = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.runtime.silences", "{runtime}", "Runtimes that stopped to report without saying that they end.");

    /// <summary>Has the counter be there before it counts anything: a rise of what was not there is none.</summary>
    public static void Begin() => Silent.Add(0);

    public static void CountSilent() => Silent.Add(1);
}
