using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Tasks over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlTaskStore(Database database) : ITaskStore
{
    private const string Columns =
        """
        tenant_id, task_id, kind, status, done, total, attempts, result, error_code, error_message, fingerprint,
        subject, role, tier, address, granted, correlation_id, created_at, updated_at, finished_at
        """;

    public async Task<bool> AddAsync(TaskState task, string input)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var added = await connection.ExecuteAsync(
            $"""
            INSERT INTO task ({Columns})
            VALUES (@TenantId, @TaskId, @Kind, @Status, @Done, @Total, @Attempts, @Result, @ErrorCode, @ErrorMessage, @Fingerprint,
                    @Subject, @Role, @Tier, @Address, @Granted, @CorrelationId, @CreatedAt, @UpdatedAt, @FinishedAt)
            ON CONFLICT DO NOTHING
            """, TaskRow.Of(task), transaction);
        if (added == 0) return false;
        await connection.ExecuteAsync(
            "INSERT INTO task_input (tenant_id, task_id, lines) VALUES (@TenantId, @TaskId, @input)",
            new { task.Caller.TenantId, task.TaskId, input }, transaction);
        await transaction.CommitAsync();
        return true;
    }

    public async Task<TaskState?> FindAsync(string tenantId, string taskId)
    {
        var row = await database.FindAsync<TaskRow>(
            $"SELECT {Columns} FROM task WHERE tenant_id = @tenantId AND task_id = @taskId", new { tenantId, taskId });
        return row?.ToState();
    }

    public async Task<string?> ReadInputAsync(string tenantId, string taskId)
    {
        return await database.FindAsync<string>(
            "SELECT lines FROM task_input WHERE tenant_id = @tenantId AND task_id = @taskId", new { tenantId, taskId });
    }

    public async Task<bool> WriteAsync(TaskState before, TaskState after)
    {
        var parameters = new DynamicParameters(TaskRow.Of(after));
        parameters.Add("doneBefore", before.Done);
        parameters.Add("attemptsBefore", before.Attempts);

        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var written = await connection.ExecuteAsync(
            """
            UPDATE task SET
                status = @Status, done = @Done, attempts = @Attempts, result = @Result, error_code = @ErrorCode, error_message = @ErrorMessage,
                updated_at = @UpdatedAt, finished_at = @FinishedAt
            WHERE tenant_id = @TenantId AND task_id = @TaskId AND finished_at IS NULL
              AND done = @doneBefore AND attempts = @attemptsBefore AND done <= @Done
            """, parameters, transaction);
        if (written == 0) return false;
        if (after.IsFinished)
        {
            await connection.ExecuteAsync("DELETE FROM task_input WHERE tenant_id = @TenantId AND task_id = @TaskId", parameters, transaction);
        }
        await transaction.CommitAsync();
        return true;
    }

    public async Task<ImmutableArray<TaskState>> ListAsync(
        string tenantId, DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TaskRow>(
            $"""
            SELECT {Columns} FROM task
            WHERE tenant_id = @tenantId AND (finished_at IS NULL OR finished_at >= @endedBefore)
            ORDER BY created_at DESC, task_id DESC LIMIT @limit
            """, new { tenantId, endedBefore, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToState())];
    }

    public async Task<int> CountUnfinishedAsync(string tenantId)
    {
        return await database.QuerySingleAsync<int>(
            "SELECT count(*) FROM task WHERE tenant_id = @tenantId AND finished_at IS NULL", new { tenantId });
    }

    public async Task<ImmutableArray<TaskEntry>> RequeueStalledAsync(DateTimeOffset stalledSince, DateTimeOffset now, int limit)
    {
        // The second condition is for a process that asks at the same moment: it finds them changed, and takes others.
        const string IsStalled = "finished_at IS NULL AND updated_at <= @stalledSince AND (queued_at IS NULL OR queued_at <= @stalledSince)";
        var rows = await database.QueryAsync<TaskRow>(
            $"""
            UPDATE task SET queued_at = @now
            WHERE (tenant_id, task_id) IN (SELECT tenant_id, task_id FROM task WHERE {IsStalled} ORDER BY updated_at LIMIT @limit) AND {IsStalled}
            RETURNING tenant_id, task_id, kind, correlation_id
            """, new { stalledSince, now, limit });
        return [.. rows.Select(row => new TaskEntry(row.TenantId, row.TaskId, row.Kind, row.CorrelationId))];
    }

    public async Task DeleteEndedAsync(DateTimeOffset endedBefore)
    {
        await database.ExecuteAsync("DELETE FROM task WHERE finished_at <= @endedBefore", new { endedBefore });
    }
}
