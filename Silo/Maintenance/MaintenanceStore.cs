using AgentManagement.Silo.Storage;
using Dapper;

namespace AgentManagement.Silo.Maintenance;

/// <summary>The window, which holds for every silo (every commit looks at it).</summary>
internal sealed class MaintenanceStore(Database database, TimeProvider time)
{
    /// <summary>The window that is open; null for none.</summary>
    public async Task<MaintenanceWindow?> FindAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Row>(
            "SELECT until, reason FROM maintenance WHERE until > @now", new { now = time.GetUtcNow() }) is { } row
                ? new(row.Until, row.Reason) : null;
    }

    /// <summary>Opens a window, or changes the one that is open. When it returns, no write is under way.</summary>
    public async Task OpenAsync(MaintenanceWindow window)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Waits for those that have begun; those that begin meanwhile wait, and find the window.
        if (database.LockStatement("tenant") is { } statement) await connection.ExecuteAsync(statement, transaction: transaction);
        await connection.ExecuteAsync(
            """
            INSERT INTO maintenance (until, reason) VALUES (@Until, @Reason)
            ON CONFLICT (one) DO UPDATE SET until = excluded.until, reason = excluded.reason
            """, window, transaction);
        await transaction.CommitAsync();
    }

    /// <summary>Closes the window, if one is open.</summary>
    public async Task CloseAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync("DELETE FROM maintenance");
    }

    private sealed class Row
    {
        public DateTimeOffset Until { get; init; }
        public string Reason { get; init; } = "";
    }
}
