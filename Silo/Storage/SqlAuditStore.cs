using AgentManagement.Audit;
using AgentManagement.Domain.Audit;
using AgentManagement.Grains.Audit;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The log as it is stored. Nothing of it is computed in the database: who can change a row can change functions, too.</summary>
internal sealed class SqlAuditStore(Database database) : IAuditStore
{
    private readonly string _time = database.Kind == "sqlite"
        ? "replace(log.at, 'Z', '000Z')"
        : """to_char(log.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";

    public async Task<ChainHead> ReadHeadAsync(string tenantId, CancellationToken cancellationToken)
    {
        // One statement, so that record and rows are of one moment.
        var row = await database.QuerySingleAsync<HeadRow>(
            """
            SELECT COALESCE((SELECT revision FROM tenant WHERE tenant_id = @tenantId), 0) AS revision,
                   COALESCE((SELECT head_hash FROM tenant WHERE tenant_id = @tenantId), '') AS hash,
                   COALESCE((SELECT min(revision) FROM change_log WHERE tenant_id = @tenantId), 1) AS first,
                   COALESCE((SELECT max(revision) FROM change_log WHERE tenant_id = @tenantId), 0) AS last
            """, new { tenantId }, cancellationToken);
        return new(row.Revision, row.Hash, row.First, row.Last);
    }

    public async Task<ImmutableArray<LoggedRow>> ReadRowsAsync(
        string tenantId, long from, long to, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<LoggedRow, string?, LoggedRow>(
            new CommandDefinition(
                $"""
                SELECT log.tenant_id, log.revision, log.event_id, log.kind, log.agent_id, log.agent_name,
                       CAST(log.agent_version AS bigint) AS agent_version, log.status, {_time} AS at, log.actor, log.role, log.address,
                       log.correlation_id, log.task_id, log.note, log.details, log.document_hash, log.hash,
                       COALESCE(agent_now.version, template_now.version) IS NOT NULL AS is_current,
                       COALESCE(agent.document, template.document) AS kept
                FROM change_log AS log
                LEFT JOIN agent_version AS agent
                  ON agent.tenant_id = log.tenant_id AND agent.agent_id = log.agent_id AND agent.version = log.agent_version
                LEFT JOIN template_version AS template
                  ON template.tenant_id = log.tenant_id AND log.agent_id LIKE 'template/%'
                 AND template.template_id = substr(log.agent_id, 10) AND template.version = log.agent_version
                LEFT JOIN agent_index AS agent_now
                  ON agent_now.tenant_id = log.tenant_id AND agent_now.agent_id = log.agent_id AND agent_now.version = log.agent_version
                LEFT JOIN template_index AS template_now
                  ON template_now.tenant_id = log.tenant_id AND log.agent_id LIKE 'template/%'
                 AND template_now.template_id = substr(log.agent_id, 10) AND template_now.version = log.agent_version
                WHERE log.tenant_id = @tenantId AND log.revision BETWEEN @from AND @to
                ORDER BY log.revision LIMIT @limit
                """, new { tenantId, from, to, limit }, cancellationToken: cancellationToken),
            // As it is read: of many contents at once only the hashes are held.
            (row, kept) => row with { KeptHash = kept is null ? null : ChangeHash.OfDocument(kept) }, splitOn: "kept");
        return [.. rows];
    }

    public async Task<ImmutableArray<DayCount>> CountDaysAsync(
        string tenantId, DateOnly first, int days, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(new { tenantId });
        for (var day = 0; day <= days; day++)
        {
            parameters.Add($"day{day}", new DateTimeOffset(first.AddDays(day), TimeOnly.MinValue, TimeSpan.Zero));
        }
        var starts = string.Join(" UNION ALL ", Enumerable.Range(0, days + 1).Select(day => $"SELECT {day} AS number, @day{day} AS start"));
        // Times rise with revisions, which have no gaps: where a day begins is found by halving, however long the log is.
        var begins = await database.QueryAsync<long>(
            $"""
            WITH RECURSIVE span(number, start, low, high) AS (
                SELECT number, start,
                       (SELECT COALESCE(min(revision), 1) FROM change_log WHERE tenant_id = @tenantId),
                       (SELECT COALESCE(max(revision), 0) + 1 FROM change_log WHERE tenant_id = @tenantId)
                FROM ({starts}) AS day
                UNION ALL
                SELECT span.number, span.start,
                       CASE WHEN log.at < span.start THEN log.revision + 1 ELSE span.low END,
                       CASE WHEN log.at < span.start THEN span.high ELSE log.revision END
                FROM span JOIN change_log AS log ON log.tenant_id = @tenantId AND log.revision = (span.low + span.high) / 2
                WHERE span.low < span.high
            )
            SELECT max(low) FROM span GROUP BY number ORDER BY number
            """, parameters, cancellationToken);
        var found = begins.ToList();
        return [.. Enumerable.Range(0, days).Select(day => new DayCount(first.AddDays(day), found[day + 1] - found[day]))];
    }

    public async Task<ImmutableArray<string>> ListTenantsAsync()
    {
        return [.. await database.QueryAsync<string>(
            "SELECT tenant_id FROM tenant UNION SELECT tenant_id FROM change_log ORDER BY tenant_id")];
    }

    public Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit) => ListAsync(
        """
        SELECT COALESCE(tenant.tenant_id, done.tenant_id) AS tenant_id, COALESCE(done.revision, 0) AS revision,
            COALESCE(done.hash, '') AS hash
        FROM tenant FULL JOIN audit_check AS done ON done.tenant_id = tenant.tenant_id
        WHERE COALESCE(done.revision, 0) <> COALESCE(tenant.revision, 0) OR COALESCE(done.hash, '') <> COALESCE(tenant.head_hash, '')
        ORDER BY done.checked_at NULLS FIRST LIMIT @limit
        """, new { limit });

    public async Task RecordCheckedAsync(string tenantId, ChainPosition position, bool isBroken, DateTimeOffset now)
    {
        // Several silos check the same: what the last of them found stays.
        await database.ExecuteAsync(
            """
            INSERT INTO audit_check (tenant_id, revision, hash, checked_at, is_broken) VALUES (@tenantId, @Revision, @Hash, @now, @isBroken)
            ON CONFLICT (tenant_id) DO UPDATE
            SET revision = excluded.revision, hash = excluded.hash, checked_at = excluded.checked_at, is_broken = excluded.is_broken
            WHERE excluded.revision >= audit_check.revision
            """, new { tenantId, position.Revision, position.Hash, now, isBroken });
    }

    public Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListScrubAsync(int limit) => ListAsync(
        """
        SELECT COALESCE(tenant.tenant_id, done.tenant_id) AS tenant_id,
               COALESCE(done.round_revision, 0) AS revision, COALESCE(done.round_hash, '') AS hash
        FROM tenant FULL JOIN audit_check AS done ON done.tenant_id = tenant.tenant_id
        ORDER BY done.round_at NULLS FIRST, 1 LIMIT @limit
        """, new { limit });

    public async Task<bool> RecordScrubAsync(string tenantId, ChainPosition from, ChainPosition to, bool? isBroken, DateTimeOffset now)
    {
        return await database.ExecuteAsync(
            """
            INSERT INTO audit_check (tenant_id, revision, hash, checked_at, round_revision, round_hash, round_at, round_is_broken)
            VALUES (@tenantId, 0, '', @now, @toRevision, @toHash, @now, @becomes)
            ON CONFLICT (tenant_id) DO UPDATE
            SET round_revision = excluded.round_revision, round_hash = excluded.round_hash, round_at = excluded.round_at,
                round_is_broken = CASE WHEN @isDecided THEN excluded.round_is_broken ELSE audit_check.round_is_broken END
            WHERE audit_check.round_revision = @fromRevision AND audit_check.round_hash = @fromHash
            """,
            new
            {
                tenantId, fromRevision = from.Revision, fromHash = from.Hash, toRevision = to.Revision, toHash = to.Hash, now,
                isDecided = isBroken is not null, becomes = isBroken ?? false,
            }) == 1;
    }

    public async Task RecordBrokenAsync(string tenantId, DateTimeOffset now)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO audit_check (tenant_id, revision, hash, checked_at, round_is_broken) VALUES (@tenantId, 0, '', @now, @isBroken)
            ON CONFLICT (tenant_id) DO UPDATE SET round_revision = 0, round_hash = '', round_is_broken = excluded.round_is_broken
            """, new { tenantId, now, isBroken = true });
    }

    public async Task<long> CountBrokenAsync()
    {
        return await database.QuerySingleAsync<long>("SELECT count(*) FROM audit_check WHERE is_broken OR round_is_broken");
    }

    private async Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListAsync(string sql, object parameters)
    {
        return
        [
            .. (await database.QueryAsync<CheckRow>(sql, parameters))
                .Select(row => (row.TenantId, new ChainPosition(row.Revision, row.Hash))),
        ];
    }

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
