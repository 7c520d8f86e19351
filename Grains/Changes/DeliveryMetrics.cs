using System.Diagnostics.Metrics;
using AgentManagement.Observability;

namespace AgentManagement.Changes;

/// <summary>How deliveries fare. How far they are behind is measured over all tenants, in the database.</summary>
internal static class DeliveryMetrics
{
    private static readonly Counter<long> Failures = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.delivery.failures", "{attempt}", "Attempts to tell a destination that failed; they are made again.");

    public static void CountFailure(string destination) => Failures.Add(1, new KeyValuePair<string, object?>("destination", destination));

    /// <summary>Notes those of the changes that the destination has been told of.</summary>
    public static void Count(string destination, ImmutableArray<ChangeEvent> changes, long told, DateTimeOffset now)
    {
        foreach (var change in changes)
        {
            if (change.Revision <= told) ChangeMetrics.Count(destination, change.At, now);
        }
    }
}
