using AgentManagement.Grains.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>
/// Whether the database takes this silo's writes: one that answers readings may yet have no room, or be a copy that only reads.
/// </summary>
internal sealed class WritesHealthCheck(StorageWatch watch, TimeProvider time) : IHealthCheck
{
    // After that nobody has tried again, and nobody knows.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
        watch.FailedAt is { } failed && time.GetUtcNow() - failed < Memory
            ? HealthCheckResult.Unhealthy("the last write failed") : HealthCheckResult.Healthy());
}
