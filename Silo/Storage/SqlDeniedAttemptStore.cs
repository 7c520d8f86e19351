using AgentManagement.Audit;
using AgentManagement.Grains.Audit;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Refusals over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlDeniedAttemptStore(Database database) : IDeniedAttemptStore
{
    public async Task AddAsync(ImmutableArray<DeniedAttempt> refusals)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO refusal (refusal_id, tenant_id, at, status, code, operation, subject, role, address, correlation_id, count)
            VALUES (@Id, @TenantId, @At, @Status, @Code, @Operation, @Subject, @Role, @Address, @CorrelationId, @Count)
            ON CONFLICT DO NOTHING
            """, (IEnumerable<DeniedAttempt>)refusals, transaction);
        await transaction.CommitAsync();
    }

    public async Task<ImmutableArray<DeniedAttempt>> ListAsync(
        string? tenantId, string belowId, int limit, CancellationToken cancellationToken)
    {
        var whose = tenantId is null ? "tenant_id IS NULL" : "tenant_id = @tenantId";
        var rows = await database.QueryAsync<RefusalRow>(
            $"""
            SELECT refusal_id, tenant_id, at, status, code, operation, subject, role, address, correlation_id, count
            FROM refusal WHERE {whose} AND refusal_id < @belowId ORDER BY refusal_id DESC LIMIT @limit
            """, new { tenantId, belowId, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToDeniedAttempt())];
    }

    public async Task ForgetAsync(DateTimeOffset before)
    {
        await database.ExecuteAsync("DELETE FROM refusal WHERE at < @before", new { before });
    }

    private sealed class RefusalRow
    {
        public string RefusalId { get; set; } = "";
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
            Id = RefusalId, TenantId = TenantId, At = At, Status = Status, Code = Code, Operation = Operation,
            Subject = Subject, Role = Role, Address = Address, CorrelationId = CorrelationId, Count = Count,
        };
    }
}
