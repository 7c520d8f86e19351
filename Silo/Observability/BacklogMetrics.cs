using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Observability;

/// <summary>What is still to be done, of the whole service: each silo publishes the same measurement.</summary>
internal static class BacklogMetrics
{
    private static readonly Gauge<long> DeliveryLag = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.delivery.lag", "{change}", "Changes that a sink is not on record as having been told, of all tenants.");

    private static readonly Gauge<double> DeliveryAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.delivery.age", "s", "How long ago the oldest of them was made; 0 when there is none.");

    private static readonly Gauge<long> Tasks = ServiceMeter.Meter.CreateGauge<long>(
        "agent_management.tasks.unfinished", "{task}", "Tasks that have not ended, of all tenants.");

    private static readonly Gauge<double> TaskAge = ServiceMeter.Meter.CreateGauge<double>(
        "agent_management.tasks.age", "s", "How long ago the oldest of them was started; 0 when there is none.");

    public static void RecordSinkLag(string sink, Backlog backlog, DateTimeOffset now)
    {
        var tag = new KeyValuePair<string, object?>("sink", sink);
        DeliveryLag.Record(backlog.Count, tag);
        DeliveryAge.Record(backlog.AgeAt(now).TotalSeconds, tag);
    }

    public static void RecordTasks(Backlog backlog, DateTimeOffset now)
    {
        Tasks.Record(backlog.Count);
        TaskAge.Record(backlog.AgeAt(now).TotalSeconds);
    }
}
