using AgentManagement.Grains.Storage;
using AgentManagement.Silo.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

/// <summary>
/// Whether the database takes this silo's writes: one that answers readings may yet have no room, or be a copy that only reads. After a
/// write that failed, and when none has failed for some seconds, it is tried by a write of its own, since nobody else may write for hours.
/// </summary>
internal sealed class WritesHealthCheck(StorageWatch watch, Database database, TimeProvider time) : IHealthCheck
{
    /// <summary>How long a failure is believed: a small write may succeed where larger ones go on failing.</summary>
    internal static readonly TimeSpan Belief = TimeSpan.FromSeconds(4);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (watch.FailedAt is not { } failed) return HealthCheckResult.Healthy();
        if (time.GetUtcNow() - failed < Belief) return HealthCheckResult.Unhealthy("the last write failed");
        await database.ExecuteAsync(
            "INSERT INTO write_probe (at) VALUES (@now) ON CONFLICT (one) DO UPDATE SET at = excluded.at", new { now = time.GetUtcNow() });
        watch.NoteProbe(failed);
        return HealthCheckResult.Healthy();
    }
}
