using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Observability;

/// <summary>Tells which servers answer this silo, as its health checks found them.</summary>
internal sealed class ServerMetrics : IHealthCheckPublisher
{
    /// <summary>The tag of checks that ask a server; the others look at the service's own work.</summary>
    public const string Tag = "server";

    private static readonly Gauge<int> Up = ServiceMeter.Meter.CreateGauge<int>(
        "agent_management.server.up", null, "1 while the server answers this silo, otherwise 0.");

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var (server, entry) in report.Entries.Where(each => each.Value.Tags.Contains(Tag)))
        {
            Up.Record(entry.Status == HealthStatus.Healthy ? 1 : 0, new KeyValuePair<string, object?>("server", server));
        }
        return Task.CompletedTask;
    }
}
