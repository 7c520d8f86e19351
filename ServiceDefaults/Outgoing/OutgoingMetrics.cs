using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>Which other services are not asked since they failed.</summary>
public static class OutgoingMetrics
{
    private static readonly Gauge<int> Breaker = ServiceMeter.Meter.CreateGauge<int>(
        "agent_management.breaker.open", null, "1 while another service is not asked because it failed, otherwise 0.");

    /// <param name="service">Its name as the log has it, such as "The Tool Registry".</param>
    /// <param name="isOpen">Whether it is not asked.</param>
    public static void RecordBreaker(string service, bool isOpen) =>
        Breaker.Record(isOpen ? 1 : 0, new KeyValuePair<string, object?>("service", LabelOf(service)));

    private static string LabelOf(string service) => string.Join('_', service.ToLowerInvariant().Split(' ').Skip(1));
}
