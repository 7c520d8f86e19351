using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Limits;

internal static class LimitMetrics
{
    private static readonly Counter<long> Refusals = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.rate_limit.refusals", "{request}",
        "Requests that were refused for their number, by limit: tenant, identity, internal, concurrency, memory or address.");

    public static void Count(string limit) => Refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
