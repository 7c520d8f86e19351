using AgentManagement.Audit;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>
/// The log as it is stored. What PostgreSQL checks it with are functions of its own, not those of Silo/Schema: who can
/// change a row can change those, too.
/// </summary>
internal sealed class SqlAuditStore(Database database) : IAuditStore
{
    private readonly string _time = database.Kind == "sqlite"
        ? "replace(log.at, 'Z', '000Z')"
        : """to_char(log.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";

    private readonly string _agentHash = HashOf("agent.document", database);
    private readonly string _templateHash = HashOf("template.document", database);

    public async Task<ChainHead> ReadHeadAsync(string tenantId)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        // One statement, so that record and rows are of one moment.
        var row = await connection.QuerySingleAsync<HeadRow>(
            """
            SELECT COALESCE((SELECT revision FROM tenant WHERE tenant_id = @tenantId), 0) AS revision,
                   COALESCE((SELECT head_hash FROM tenant WHERE tenant_id = @tenantId), '') AS hash,
                   COALESCE((SELECT min(revision) FROM change_log WHERE tenant_id = @tenantId), 1) AS first,
                   COALESCE((SELECT max(revision) FROM change_log WHERE tenant_id = @tenantId), 0) AS last
            """, new { tenantId });
        return new(row.Revision, row.Hash, row.First, row.Last);
    }

    public async Task<ImmutableArray<LoggedRow>> ReadRowsAsync(string tenantId, long from, long to, int limit)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return
        [
            .. await connection.QueryAsync<LoggedRow>(
                $"""
                SELECT log.tenant_id, log.revision, log.event_id, log.kind, log.agent_id, log.agent_name,
                       CAST(log.agent_version AS bigint) AS agent_version, log.status, {_time} AS at, log.actor, log.role, log.address,
                       log.correlation_id, log.note, CAST(log.details AS text) AS details, log.document_hash, log.hash,
                       COALESCE({_agentHash}, {_templateHash}) AS kept_hash
                FROM change_log AS log
                LEFT JOIN agent_version AS agent
                  ON agent.tenant_id = log.tenant_id AND agent.agent_id = log.agent_id AND agent.version = log.agent_version
                LEFT JOIN template_version AS template
                  ON template.tenant_id = log.tenant_id AND log.agent_id LIKE 'template/%'
                 AND template.template_id = substr(log.agent_id, 10) AND template.version = log.agent_version
                WHERE log.tenant_id = @tenantId AND log.revision BETWEEN @from AND @to
                ORDER BY log.revision LIMIT @limit
                """, new { tenantId, from, to, limit }),
        ];
    }

    public async Task<ImmutableArray<string>> ListTenantsAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("SELECT tenant_id FROM tenant UNION SELECT tenant_id FROM change_log ORDER BY tenant_id")];
    }

    public async Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        var rows = await connection.QueryAsync<CheckRow>(
            """
            SELECT tenant.tenant_id, COALESCE(done.revision, 0) AS revision, COALESCE(done.hash, '') AS hash
            FROM tenant LEFT JOIN audit_check AS done ON done.tenant_id = tenant.tenant_id
            WHERE COALESCE(done.revision, 0) <> tenant.revision OR COALESCE(done.hash, '') <> tenant.head_hash
            ORDER BY done.checked_at NULLS FIRST LIMIT @limit
            """, new { limit });
        return [.. rows.Select(row => (row.TenantId, new ChainPosition(row.Revision, row.Hash)))];
    }

    public async Task RecordCheckedAsync(string tenantId, ChainPosition position, DateTimeOffset now)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        // Several silos check the same: what the last of them found stays.
        await connection.ExecuteAsync(
            """
            INSERT INTO audit_check (tenant_id, revision, hash, checked_at) VALUES (@tenantId, @Revision, @Hash, @now)
            ON CONFLICT (tenant_id) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, checked_at = excluded.checked_at
            WHERE excluded.revision >= audit_check.revision
            """, new { tenantId, position.Revision, position.Hash, now });
    }

    private static string HashOf(string document, Database database) => database.Kind == "sqlite"
        ? $"document_hash({document})"
        : $"encode(sha256(convert_to(CAST({document} AS text), 'UTF8')), 'hex')";

    private sealed class HeadRow
    {
        public long Revision { get; set; }
        public string Hash { get; set; } = "";
        public long First { get; set; }
        public long Last { get; set; }
    }

    private sealed class CheckRow
    {
        public string TenantId { get; set; } = "";
        public long Revision { get; set; }
        public string Hash { get; set; } = "";
    }
}
