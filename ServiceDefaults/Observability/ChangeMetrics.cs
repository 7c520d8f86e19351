using System.Diagnostics.Metrics;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>How soon changes reach those who are told of them, whichever way.</summary>
public static class ChangeMetrics
{
    private static readonly Counter<long> Sent = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.changes.sent", "{change}", "Changes told, by transport; what is told twice counts twice.");

    private static readonly Histogram<double> Delay = ServiceMeter.Meter.CreateHistogram(
        "agent_management.change.delay", "s", "From the moment of a change until it was told.", advice: ServiceMeter.Durations);

    /// <summary>Notes that a change was told.</summary>
    /// <param name="transport">By which way.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="now">When it was told.</param>
    /// <param name="isNews">Whether it happened while somebody was there to hear of it: what is told afterwards says nothing of how soon
    /// news arrive.</param>
    public static void Count(string transport, DateTimeOffset at, DateTimeOffset now, bool isNews = true)
    {
        var tag = new KeyValuePair<string, object?>("transport", transport);
        Sent.Add(1, tag);
        if (isNews) Delay.Record(Math.Max(0, (now - at).TotalSeconds), tag);
    }
}
