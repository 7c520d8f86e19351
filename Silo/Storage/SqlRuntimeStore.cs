using AgentManagement.Domain.Releases;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Runtimes;
using AgentManagement.Silo.Commits;
using AgentManagement.Silo.Housekeeping;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>What runtimes run, over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlRuntimeStore(Database database) : IRuntimeStore
{
    private static readonly RowStatement<RuntimeRow> Live = new Rows<RuntimeRow>()
        .Text("tenant_id", row => row.TenantId)
        .Text("instance", row => row.Instance)
        .Text("label", row => row.Label)
        .OptionalInteger("label_revision", row => row.LabelRevision)
        .Text("sdk", row => row.Sdk)
        .Time("since", row => row.Since)
        .OptionalTime("silent_at", row => row.SilentAt)
        .UpsertInto("runtime", "tenant_id", "instance");

    private static readonly RowStatement<AppliedRow> Begun = new Rows<AppliedRow>()
        .Text("tenant_id", row => row.TenantId)
        .Text("agent_id", row => row.AgentId)
        .Integer("version", row => row.Version)
        .Text("instance", row => row.Instance)
        .Text("label", row => row.Label)
        .Time("first_at", row => row.At)
        .InsertInto("applied_version", "ON CONFLICT DO NOTHING");

    private static readonly RowStatement<AppliedRow> Ended = new Rows<AppliedRow>()
        .Text("tenant_id", row => row.TenantId)
        .Text("agent_id", row => row.AgentId)
        .Integer("version", row => row.Version)
        .Text("instance", row => row.Instance)
        .Time("last_at", row => row.At)
        .Run(
            """
            UPDATE applied_version SET last_at = r.last_at FROM {rows}
            WHERE applied_version.tenant_id = r.tenant_id AND applied_version.agent_id = r.agent_id
                AND applied_version.version = r.version AND applied_version.instance = r.instance AND applied_version.last_at IS NULL
            """);

    private const string Columns =
        """
        SELECT r.tenant_id, r.instance, r.label, r.label_revision, r.sdk, r.since, r.silent_at,
               (SELECT CAST(count(*) AS integer) FROM applied_version AS a
                WHERE a.tenant_id = r.tenant_id AND a.instance = r.instance AND a.last_at IS NULL) AS versions
        FROM runtime AS r WHERE r.tenant_id = @tenantId
        """;

    public async Task<ImmutableArray<KeptRuntime>> ReadLiveAsync(string tenantId)
    {
        var applied = (await database.QueryAsync<RunningRow>(
            "SELECT instance, agent_id, version FROM applied_version WHERE tenant_id = @tenantId AND last_at IS NULL",
            new { tenantId })).ToLookup(row => row.Instance, row => row.ToRunning());
        var rows = await database.QueryAsync<RuntimeRow>(Columns + " AND r.silent_at IS NULL", new { tenantId });
        return
        [
            .. rows.Select(row => new KeptRuntime(
                new(row.Instance, row.Label, row.LabelRevision, row.Sdk, [.. applied[row.Instance]]), row.Since)),
        ];
    }

    public async Task RecordAsync(string tenantId, KeptRuntime runtime, KeptRuntime? before, DateTimeOffset at)
    {
        var report = runtime.Report;
        // Under another label all begins anew.
        var old = before?.Report.Applied ?? [];
        var isMoved = before is not null && before.Report.Label != report.Label;
        var ended = isMoved ? old : [.. old.Except(report.Applied)];
        var begun = isMoved ? report.Applied : [.. report.Applied.Except(old)];

        await using var connection = await database.Source.OpenConnectionAsync();
        var batch = StatementBatch.On(connection);
        batch.Begin();
        batch.Add(Live, [new()
        {
            TenantId = tenantId, Instance = report.Instance, Label = report.Label, LabelRevision = report.LabelRevision,
            Sdk = report.Sdk, Since = runtime.Since,
        }]);
        batch.Add(Ended, [.. ended.Select(Row)]);
        batch.Add(Begun, [.. begun.Select(Row)]);
        batch.Add("COMMIT");
        await batch.ExecuteAsync();

        AppliedRow Row(RunningVersion running) => new(tenantId, running.AgentId, running.Version, report.Instance, report.Label, at);
    }

    public async Task<bool> EndAsync(string tenantId, string instance, DateTimeOffset at, bool isSilent)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "UPDATE applied_version SET last_at = @at WHERE tenant_id = @tenantId AND instance = @instance AND last_at IS NULL",
            new { tenantId, instance, at }, transaction);
        var ended = await connection.ExecuteAsync(
            isSilent
                ? "UPDATE runtime SET silent_at = @at WHERE tenant_id = @tenantId AND instance = @instance"
                : "DELETE FROM runtime WHERE tenant_id = @tenantId AND instance = @instance",
            new { tenantId, instance, at }, transaction);
        await transaction.CommitAsync();
        return ended > 0;
    }

    public async Task<ImmutableArray<Runtime>> ListAsync(string tenantId, string? label, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<RuntimeRow>(
            $"{Columns} {(label is null ? "" : "AND r.label = @label")} ORDER BY r.instance", new { tenantId, label }, cancellationToken);
        return [.. rows.Select(row => row.ToRuntime())];
    }

    public async Task<Runtime?> FindAsync(string tenantId, string instance, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<RuntimeRow>(
            Columns + " AND r.instance = @instance", new { tenantId, instance }, cancellationToken);
        if (rows.Count == 0) return null;
        var applied = await database.QueryAsync<RunningRow>(
            """
            SELECT instance, agent_id, version FROM applied_version
            WHERE tenant_id = @tenantId AND instance = @instance AND last_at IS NULL ORDER BY agent_id, version
            """, new { tenantId, instance }, cancellationToken);
        return rows[0].ToRuntime() with { Applied = [.. applied.Select(row => row.ToRunning())] };
    }

    public async Task<ImmutableArray<AppliedVersion>> ListAppliedAsync(
        string tenantId, string agentId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<HistoryRow>(
            """
            SELECT instance, label, version, first_at, last_at FROM applied_version
            WHERE tenant_id = @tenantId AND agent_id = @agentId AND first_at <= @at AND (last_at IS NULL OR last_at > @at)
            ORDER BY instance, version
            """, new { tenantId, agentId, at }, cancellationToken);
        return [.. rows.Select(row => new AppliedVersion(row.Instance, row.Label, row.Version, row.FirstAt, row.LastAt))];
    }

    public async Task<ImmutableArray<LabelRunner>> ReadRunnersAsync(string tenantId, string label, IEnumerable<string> agentIds)
    {
        var parameters = new DynamicParameters(new { tenantId, label });
        var names = new List<string>();
        foreach (var (index, agentId) in agentIds.Index())
        {
            parameters.Add($"agent{index}", agentId);
            names.Add($"@agent{index}");
        }
        var rows = await database.QueryAsync<RunnerRow>(
            $"""
            SELECT r.instance, r.label_revision, a.agent_id, a.version FROM runtime AS r
            LEFT JOIN applied_version AS a ON a.tenant_id = r.tenant_id AND a.instance = r.instance AND a.last_at IS NULL
                AND a.agent_id IN ({string.Join(", ", names)})
            WHERE r.tenant_id = @tenantId AND r.label = @label AND r.silent_at IS NULL
            """, parameters);
        return
        [
            .. rows.GroupBy(row => (row.Instance, row.LabelRevision)).Select(runner => new LabelRunner(
                runner.Key.Instance, runner.Key.LabelRevision,
                [.. runner.Where(row => row.AgentId is not null).Select(row => new RunningVersion(row.AgentId!, row.Version ?? 0))])),
        ];
    }

    public async Task<ImmutableArray<string>> ReadTenantsAsync(CancellationToken cancellationToken) =>
        [.. await database.QueryAsync<string>("SELECT DISTINCT tenant_id FROM runtime ORDER BY tenant_id", null, cancellationToken)];

    public async Task ForgetSilentAsync(DateTimeOffset before) =>
        await database.ExecuteAsync("DELETE FROM runtime WHERE silent_at < @before", new { before });

    public async Task ForgetAppliedAsync(DateTimeOffset before) =>
        await database.ExecuteAsync("DELETE FROM applied_version WHERE last_at < @before", new { before });

    /// <summary>How many runtimes of all tenants there are.</summary>
    public async Task<RuntimeCount> CountAsync() => await database.QuerySingleAsync<RuntimeCount>(
        """
        SELECT count(CASE WHEN silent_at IS NULL THEN 1 END) AS live, count(CASE WHEN silent_at IS NULL THEN NULL ELSE 1 END) AS silent
        FROM runtime
        """);

    private sealed class RuntimeRow
    {
        public string TenantId { get; set; } = "";
        public string Instance { get; set; } = "";
        public string? Label { get; set; }
        public int? LabelRevision { get; set; }
        public string? Sdk { get; set; }
        public DateTimeOffset Since { get; set; }
        public DateTimeOffset? SilentAt { get; set; }
        public int Versions { get; set; }

        public Runtime ToRuntime() => new()
        {
            Instance = Instance, Label = Label, LabelRevision = LabelRevision, Sdk = Sdk, Since = Since, SeenAt = SilentAt ?? Since,
            Status = SilentAt is null ? RuntimeStatus.Live : RuntimeStatus.Silent, Versions = Versions,
        };
    }

    private sealed record AppliedRow(
        string TenantId, string AgentId, int Version, string Instance, string? Label, DateTimeOffset At);

    private sealed class RunningRow
    {
        public string Instance { get; set; } = "";
        public string AgentId { get; set; } = "";
        public int Version { get; set; }

        public RunningVersion ToRunning() => new(AgentId, Version);
    }

    private sealed class HistoryRow
    {
        public string Instance { get; set; } = "";
        public string? Label { get; set; }
        public int Version { get; set; }
        public DateTimeOffset FirstAt { get; set; }
        public DateTimeOffset? LastAt { get; set; }
    }

    private sealed class RunnerRow
    {
        public string Instance { get; set; } = "";
        public int? LabelRevision { get; set; }
        public string? AgentId { get; set; }
        public int? Version { get; set; }
    }
}
