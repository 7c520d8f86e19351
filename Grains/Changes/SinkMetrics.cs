using System.Diagnostics.Metrics;
using AgentManagement.Changes;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Changes;

/// <summary>How sending to sinks fares. How far they are behind is measured over all tenants, in the database.</summary>
internal static class SinkMetrics
{
    private static readonly Counter<long> Failures = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.delivery.failures", "{attempt}", "Attempts to send changes to a sink that failed; they are made again.");

    public static void CountFailure(string sink) => Failures.Add(1, new KeyValuePair<string, object?>("sink", sink));

    /// <summary>Counts those of the changes that the sink has.</summary>
    public static void Count(string sink, ImmutableArray<ChangeEvent> changes, long sent, DateTimeOffset now)
    {
        foreach (var change in changes)
        {
            if (change.Revision <= sent) ChangeMetrics.Count(sink, change.At, now);
        }
    }
}
