using System.Globalization;
using AgentManagement.Audit;
using AgentManagement.Grains.Audit;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Denied attempts over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlDeniedAttemptStore(Database database) : IDeniedAttemptStore
{
    private readonly string _day = database.Kind == "sqlite" ? "substr(at, 1, 10)" : "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')";

    public async Task AddAsync(ImmutableArray<DeniedAttempt> attempts)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO denied_attempt (attempt_id, tenant_id, at, status, code, operation, subject, role, address, correlation_id, count)
            VALUES (@Id, @TenantId, @At, @Status, @Code, @Operation, @Subject, @Role, @Address, @CorrelationId, @Count)
            ON CONFLICT DO NOTHING
            """, (IEnumerable<DeniedAttempt>)attempts, transaction);
        await transaction.CommitAsync();
    }

    public async Task<ImmutableArray<DeniedAttempt>> ListAsync(
        string? tenantId, string fromId, string belowId, int limit, CancellationToken cancellationToken)
    {
        var whose = WhereOf(tenantId);
        var rows = await database.QueryAsync<AttemptRow>(
            $"""
            SELECT attempt_id, tenant_id, at, status, code, operation, subject, role, address, correlation_id, count
            FROM denied_attempt WHERE {whose} AND attempt_id >= @fromId AND attempt_id < @belowId
            ORDER BY attempt_id DESC LIMIT @limit
            """, new { tenantId, fromId, belowId, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToDeniedAttempt())];
    }

    public async Task<ImmutableArray<DayCount>> CountDaysAsync(
        string? tenantId, DateOnly first, int days, CancellationToken cancellationToken)
    {
        var from = new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero);
        var found = (await database.QueryAsync<(string Day, long Count)>(
            $"""
            SELECT {_day} AS day, CAST(sum(count) AS bigint) AS count FROM denied_attempt
            WHERE {WhereOf(tenantId)} AND attempt_id < @reads AND at >= @from GROUP BY {_day}
            """, new { tenantId, from, reads = DeniedAttempt.ReadPrefix }, cancellationToken))
            .ToDictionary(row => DateOnly.ParseExact(row.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture), row => row.Count);
        return
        [
            .. Enumerable.Range(0, days).Select(number => first.AddDays(number))
                .Select(day => new DayCount(day, found.GetValueOrDefault(day))),
        ];
    }

    public async Task ForgetAsync(DateTimeOffset before)
    {
        await database.ExecuteAsync("DELETE FROM denied_attempt WHERE at < @before", new { before });
    }

    private static string WhereOf(string? tenantId) => tenantId is null ? "tenant_id IS NULL" : "tenant_id = @tenantId";

    private sealed class AttemptRow
    {
        public string AttemptId { get; set; } = "";
        public string? TenantId { get; set; }
        public DateTimeOffset At { get; set; }
        public int Status { get; set; }
        public string Code { get; set; } = "";
        public string Operation { get; set; } = "";
        public string? Subject { get; set; }
        public string? Role { get; set; }
        public string? Address { get; set; }
        public string? CorrelationId { get; set; }
        public long Count { get; set; }

        public DeniedAttempt ToDeniedAttempt() => new()
        {
            Id = AttemptId, TenantId = TenantId, At = At, Status = Status, Code = Code, Operation = Operation,
            Subject = Subject, Role = Role, Address = Address, CorrelationId = CorrelationId, Count = Count,
        };
    }
}
