using System.Diagnostics.Metrics;
using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Audit;

/// <summary>Checks of the log, whoever asked for them.</summary>
public static class AuditMetrics
{
    private static readonly Counter<long> Checked = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.audit.checked", "{row}", "Rows of the change log that were checked and found right.");

    private static readonly Counter<long> Broken = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.audit.chain.broken", "{check}", "Checks of a tenant's log that found a row which is not what was written.");

    private static readonly Gauge<long> BrokenLogs = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.audit.logs.broken", "{log}", "Tenants' logs that are known to be broken; each until a check has found it whole.");

    /// <summary>So that the first broken chain is a rise, not a new series.</summary>
    public static void Begin() => Broken.Add(0);

    public static void RecordBroken(long logs) => BrokenLogs.Record(logs);

    public static void Count(ChainStep step)
    {
        Checked.Add(step.Checked);
        if (step.Fault is not null) Broken.Add(1);
    }
}
