using System.Globalization;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
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

    public async Task<bool> AddAsync(TaskState task, string lines, string? uploadId = null)
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
            uploadId is not null
                ? "UPDATE task_input SET task_id = @TaskId WHERE tenant_id = @TenantId AND task_id = @uploadId"
                : """
                INSERT INTO task_input (tenant_id, task_id, first_line, lines, created_at)
                VALUES (@TenantId, @TaskId, 0, @lines, @CreatedAt)
                """,
            new { task.Caller.TenantId, task.TaskId, lines, task.CreatedAt, uploadId }, transaction);
        await transaction.CommitAsync();
        return true;
    }

    public async Task<TaskState?> FindAsync(string tenantId, string taskId)
    {
        var row = await database.FindAsync<TaskRow>(
            $"SELECT {Columns} FROM task WHERE tenant_id = @tenantId AND task_id = @taskId", new { tenantId, taskId });
        return row?.ToState();
    }

    public Task AddLinesAsync(string tenantId, string uploadId, UploadedLines lines, DateTimeOffset now) => database.ExecuteAsync(
        """
        INSERT INTO task_input (tenant_id, task_id, first_line, lines, created_at) VALUES (@tenantId, @uploadId, @First, @Lines, @now)
        ON CONFLICT DO NOTHING
        """, new { tenantId, uploadId, lines.First, lines.Lines, now });

    public async Task<UploadedLines?> ReadLinesAsync(string tenantId, string taskId, int line)
    {
        var row = await database.FindAsync<LinesRow>(
            """
            SELECT first_line, lines FROM task_input
            WHERE tenant_id = @tenantId AND task_id = @taskId AND first_line <= @line ORDER BY first_line DESC LIMIT 1
            """, new { tenantId, taskId, line });
        return row is null ? null : new(row.FirstLine, row.Lines);
    }

    public Task DeleteLinesAsync(string tenantId, string uploadId) => database.ExecuteAsync(
        "DELETE FROM task_input WHERE tenant_id = @tenantId AND task_id = @uploadId", new { tenantId, uploadId });

    public Task DeleteLostLinesAsync(DateTimeOffset uploadedBefore) => database.ExecuteAsync(
        """
        DELETE FROM task_input WHERE created_at <= @uploadedBefore AND NOT EXISTS (
            SELECT 1 FROM task WHERE task.tenant_id = task_input.tenant_id AND task.task_id = task_input.task_id)
        """, new { uploadedBefore });

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
                status = @Status, done = @Done, attempts = @Attempts, result = @Result,
                error_code = @ErrorCode, error_message = @ErrorMessage,
                updated_at = @UpdatedAt, finished_at = @FinishedAt
            WHERE tenant_id = @TenantId AND task_id = @TaskId AND finished_at IS NULL
              AND done = @doneBefore AND attempts = @attemptsBefore AND done <= @Done
            """, parameters, transaction);
        if (written == 0) return false;
        if (after.IsFinished)
        {
            await connection.ExecuteAsync(
                "DELETE FROM task_input WHERE tenant_id = @TenantId AND task_id = @TaskId", parameters, transaction);
        }
        await transaction.CommitAsync();
        return true;
    }

    public async Task<ImmutableArray<TaskState>> ListAsync(
        string tenantId, DateTimeOffset endedBefore, ListPosition? after, int limit, CancellationToken cancellationToken)
    {
        var position = after is null ? "" : "AND (created_at, task_id) < (@createdAt, @taskId)";
        var createdAt = after is null ? default : DateTimeOffset.Parse(after.Key, CultureInfo.InvariantCulture);
        var rows = await database.QueryAsync<TaskRow>(
            $"""
            SELECT {Columns} FROM task
            WHERE tenant_id = @tenantId AND (finished_at IS NULL OR finished_at >= @endedBefore) {position}
            ORDER BY created_at DESC, task_id DESC LIMIT @limit
            """, new { tenantId, endedBefore, createdAt, taskId = after?.AgentId, limit }, cancellationToken);
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
        const string IsStalled =
            "finished_at IS NULL AND updated_at <= @stalledSince AND (queued_at IS NULL OR queued_at <= @stalledSince)";
        var rows = await database.QueryAsync<TaskRow>(
            $"""
            UPDATE task SET queued_at = @now
            WHERE (tenant_id, task_id) IN (SELECT tenant_id, task_id FROM task WHERE {IsStalled} ORDER BY updated_at LIMIT @limit)
                AND {IsStalled}
            RETURNING tenant_id, task_id, kind, correlation_id
            """, new { stalledSince, now, limit });
        return [.. rows.Select(row => new TaskEntry(row.TenantId, row.TaskId, row.Kind, row.CorrelationId))];
    }

    public async Task<ImmutableArray<TaskEntry>> ReadUntakenAsync(DateTimeOffset createdBefore, int limit)
    {
        var rows = await database.QueryAsync<TaskRow>(
            """
            SELECT tenant_id, task_id, kind, correlation_id FROM task
            WHERE finished_at IS NULL AND status = @queued AND created_at <= @createdBefore ORDER BY created_at LIMIT @limit
            """, new { queued = TaskStatusName.Queued, createdBefore, limit });
        return [.. rows.Select(row => new TaskEntry(row.TenantId, row.TaskId, row.Kind, row.CorrelationId))];
    }

    public async Task DeleteEndedAsync(DateTimeOffset endedBefore)
    {
        await database.ExecuteAsync("DELETE FROM task WHERE finished_at <= @endedBefore", new { endedBefore });
    }

    private sealed class LinesRow
    {
        public int FirstLine { get; set; }
        public string Lines { get; set; } = "";
    }
}
