using System.Collections.Concurrent;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commits;

/// <summary>
/// Removes the contents of versions that are no longer kept, some seconds after the change that made them too old: no change waits for it.
/// What a silo forgets when it ends, the next change of the same agent makes it note again.
/// </summary>
internal sealed class VersionRetention(Database database, TimeProvider time, ILogger<VersionRetention> logger) : BackgroundService
{
    private const int MaxNoted = 20_000;
    private const int MaxOfSweep = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Aged, int> _aged = new();

    /// <summary>Notes what a committed change made too old.</summary>
    public void Note(ChangeEntry entry)
    {
        var last = entry.Version - (entry.Limits?.VersionsKept ?? int.MaxValue);
        if (last <= 0 || entry.Resource is not (ChangeSubject.Agent or ChangeSubject.Template)) return;
        var aged = new Aged(entry.Resource, entry.TenantId, entry.AgentId);
        if (_aged.Count < MaxNoted || _aged.ContainsKey(aged)) _aged[aged] = last;
    }

    /// <summary>Removes all that is noted.</summary>
    public async Task SweepAsync()
    {
        while (!_aged.IsEmpty)
        {
            var some = _aged.Take(MaxOfSweep).ToList();
            await RemoveAsync([.. some.Select(pair => new AgedVersions(pair.Key, pair.Value))]);
            foreach (var pair in some) _aged.TryRemove(pair);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TrySweepAsync();
        }
        catch (OperationCanceledException)
        {
            // The silo ends.
        }
    }

    private async Task TrySweepAsync()
    {
        try
        {
            await SweepAsync();
        }
        catch (Exception exception)
        {
            // What was not removed is still noted.
            logger.LogWarning(LogEvents.RetentionFailed, exception, "Old versions were not removed; the next round removes them");
        }
    }

    private async Task RemoveAsync(List<AgedVersions> some)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        var batch = StatementBatch.On(connection);
        batch.Begin();
        batch.Add(ChangeSql.Tenants, [.. some.Select(aged => aged.Of.TenantId).Distinct()]);
        foreach (var (kind, sql) in new[] { (ChangeSubject.Agent, RetentionSql.Agents), (ChangeSubject.Template, RetentionSql.Templates) })
        {
            List<AgedVersions> versions = [.. some.Where(aged => aged.Of.Resource == kind)];
            batch.Add(sql.Uncount, versions);
            batch.Add(sql.Remove, versions);
            batch.Add(sql.RemoveFileUses, versions);
        }
        batch.Add("COMMIT");
        await batch.ExecuteAsync();
    }

}

/// <summary>What has versions: an agent or a template.</summary>
internal readonly record struct Aged(string Resource, string TenantId, string Subject);

/// <summary>The versions that are no longer kept, up to the last of them.</summary>
internal sealed record AgedVersions(Aged Of, int Last)
{
    /// <summary>The id under which the versions are.</summary>
    public string Id => ChangeSubject.TryReadTemplate(Of.Subject, out var templateId) ? templateId : Of.Subject;
}

/// <summary>How the versions of agents, or of templates, are removed.</summary>
internal sealed class RetentionSql
{
    /// <summary>
    /// A version stays that a hand-off names, that a label has or would have again after a rollback, or that a runtime runs.
    /// </summary>
    public static RetentionSql Agents { get; } = new("agent_version", "agent_id",
        """
        AND NOT EXISTS (SELECT 1 FROM agent_term AS pin WHERE pin.kind = 'pin' AND pin.tenant_id = v.tenant_id
            AND pin.value = v.agent_id || ' ' || CAST(v.version AS text))
        AND NOT EXISTS (SELECT 1 FROM label_assignment AS a WHERE a.tenant_id = v.tenant_id AND a.agent_id = v.agent_id
            AND v.version IN (a.stable, a.candidate, a.previous))
        AND NOT EXISTS (SELECT 1 FROM applied_version AS a WHERE a.tenant_id = v.tenant_id AND a.agent_id = v.agent_id
            AND a.version = v.version AND a.last_at IS NULL)
        """);

    /// <summary>A version that an agent was made from stays: upgrading the agent starts from it.</summary>
    public static RetentionSql Templates { get; } = new("template_version", "template_id",
        """
        AND NOT EXISTS (SELECT 1 FROM agent_index AS derived WHERE derived.tenant_id = v.tenant_id
            AND derived.template_id = v.template_id AND derived.template_version = v.version)
        """);

    private RetentionSql(string table, string column, string condition)
    {
        var old =
            $$"""
            FROM {{table}} AS v JOIN {rows} ON v.tenant_id = r.tenant_id AND v.{{column}} = r.id AND v.version <= r.last {{condition}}
            """;
        Uncount = Rows.Run(
            $"""
            UPDATE tenant SET stored_bytes = tenant.stored_bytes - old.bytes
            FROM (SELECT v.tenant_id, sum(octet_length(v.document)) AS bytes {old} GROUP BY v.tenant_id) AS old
            WHERE tenant.tenant_id = old.tenant_id
            """);
        Remove = Rows.Run(
            $"DELETE FROM {table} WHERE (tenant_id, {column}, version) IN (SELECT v.tenant_id, v.{column}, v.version {old})");
        RemoveFileUses = Rows.Run(
            $$"""
            DELETE FROM file_use WHERE (tenant_id, subject, version) IN (
                SELECT u.tenant_id, u.subject, u.version FROM file_use AS u
                JOIN {rows} ON u.tenant_id = r.tenant_id AND u.subject = r.subject AND u.version <= r.last
                WHERE NOT EXISTS (SELECT 1 FROM {{table}} AS v
                    WHERE v.tenant_id = u.tenant_id AND v.{{column}} = r.id AND v.version = u.version))
            """);
    }

    public RowStatement<AgedVersions> Uncount { get; }

    public RowStatement<AgedVersions> Remove { get; }

    public RowStatement<AgedVersions> RemoveFileUses { get; }

    private static Rows<AgedVersions> Rows => new Rows<AgedVersions>()
        .Text("tenant_id", aged => aged.Of.TenantId)
        .Text("id", aged => aged.Id)
        .Text("subject", aged => aged.Of.Subject)
        .Integer("last", aged => aged.Last);
}
