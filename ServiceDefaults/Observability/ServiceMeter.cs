using System.Diagnostics.Metrics;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>The service's own measurements, in docs/metrics.md. Beside it are those of its libraries.</summary>
public static class ServiceMeter
{
    public const string Name = "AgentManagement";

    /// <summary>How the names of counters by tenant begin: METRICS_TENANTS bounds their series.</summary>
    public const string ByTenant = "agent_management.tenant.";

    /// <summary>How the names of gauges by tenant and limit begin: of so many tenants and no others there are series.</summary>
    public const string Use = "agent_management.use.";

    /// <summary>The label of such a counter.</summary>
    public const string Tenant = "tenant";

    /// <summary>Of the process: what a process measures does not depend on who else is in it.</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>From a fast write to one that nobody waits for any more, in seconds.</summary>
    public static InstrumentAdvice<double> Durations { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };
}
