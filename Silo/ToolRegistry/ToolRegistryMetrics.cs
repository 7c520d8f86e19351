using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>How often the Tool Registry is asked, and how it answers.</summary>
internal static class ToolRegistryMetrics
{
    private static readonly Counter<long> Lookups = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.tool_cache.lookups", "{tool}", "Tools that were looked up in the cache: hit or miss.");

    private static readonly Counter<long> Calls = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.tool_registry.calls", "{call}",
        "Calls of the Tool Registry: answered, failed, or not_made since the breaker is open.");

    public static void CountLookup(bool isHit) => Lookups.Add(1, new KeyValuePair<string, object?>("result", isHit ? "hit" : "miss"));

    public static void CountCall(string outcome) => Calls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
