using System.Globalization;
using AgentManagement.Silo.Maintenance;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>Whether writes are refused on purpose.</summary>
internal sealed class MaintenanceHealthCheck(MaintenanceStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await store.FindAsync() is { } window
            ? HealthCheckResult.Degraded(
                $"Writes are stopped until "
                + $"{window.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}: {window.Reason}")
            : HealthCheckResult.Healthy();
}
