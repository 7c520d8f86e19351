using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commits;

/// <summary>Deletes the records of idempotency keys that have expired, of all tenants.</summary>
internal sealed class IdempotencyCleanup(Database database, TimeProvider time) : IHousekeepingJob
{
    private const int MaxOfDelete = 10_000;

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public TimeSpan FirstRun => Interval;

    public async Task RunAsync(CancellationToken stopping)
    {
        // A bounded part at a time, so that no lock is held for long.
        while (!stopping.IsCancellationRequested)
        {
            var deleted = await database.ExecuteAsync(
                """
                DELETE FROM idempotency WHERE (tenant_id, idempotency_key) IN (
                    SELECT tenant_id, idempotency_key FROM idempotency WHERE created_at <= @before ORDER BY created_at LIMIT @most)
                """, new { before = time.GetUtcNow() - Lifetimes.OfIdempotencyKey, most = MaxOfDelete });
            if (deleted < MaxOfDelete) return;
        }
    }
}
