using AgentManagement.Silo.Housekeeping;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Measures what is still to be done, over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlBacklogs(Database database)
{
    /// <summary>The changes that a sink is not on record as having been told.</summary>
    public Task<Backlog> OfSinkAsync(string sink) => ReadAsync(
        """
        SELECT CAST(coalesce(sum(tenant.revision - coalesce(told.revision, 0)), 0) AS bigint) AS count, min(change_log.at) AS since
        FROM tenant
        LEFT JOIN sink_cursor AS told ON told.tenant_id = tenant.tenant_id AND told.sink = @sink
        LEFT JOIN change_log ON change_log.tenant_id = tenant.tenant_id AND change_log.revision = coalesce(told.revision, 0) + 1
        WHERE coalesce(told.revision, 0) < tenant.revision
        """, new { sink });

    /// <summary>The tasks that have not ended.</summary>
    public Task<Backlog> OfTasksAsync() =>
        ReadAsync("SELECT count(*) AS count, min(created_at) AS since FROM task WHERE finished_at IS NULL", null);

    /// <summary>The same, from the last step of each.</summary>
    public Task<Backlog> OfStepsAsync() =>
        ReadAsync("SELECT count(*) AS count, min(updated_at) AS since FROM task WHERE finished_at IS NULL", null);

    /// <summary>The releases that do not go on though they are to.</summary>
    public Task<Backlog> OfReleasesAsync() => ReadAsync(
        """
        SELECT count(*) AS count, min(blocked_at) AS since FROM label_release
        WHERE status IN ('open', 'ready', 'running', 'paused') AND blocked_at IS NOT NULL
        """, null);

    private async Task<Backlog> ReadAsync(string sql, object? parameters)
    {
        return await database.QuerySingleAsync<Backlog>(sql, parameters);
    }
}
