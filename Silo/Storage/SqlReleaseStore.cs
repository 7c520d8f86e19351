using System.Globalization;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Domain.Releases;
using AgentManagement.Grains.Storage;
using AgentManagement.Releases;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Labels and releases over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlReleaseStore(Database database) : IReleaseStore
{
    public async Task<ImmutableDictionary<string, VersionFacts>> ReadFactsAsync(
        string tenantId, ImmutableArray<ReleaseItem> items, string? from)
    {
        var parameters = new DynamicParameters(new { tenantId, from, archived = AgentStatus.Archived });
        var rows = new List<string>();
        foreach (var (index, item) in items.Where(item => item.Version is not null).Index())
        {
            var version = item.Version!.Value;
            parameters.Add($"agent{index}", item.AgentId);
            parameters.Add($"version{index}", version);
            // Who wrote what is new to the label; of what goes back, who wrote that version.
            parameters.Add($"first{index}", Math.Min(version, (item.Expected ?? 0) + 1));
            rows.Add($"(@agent{index}, @version{index}, @first{index})");
        }
        if (rows.Count == 0) return ImmutableDictionary<string, VersionFacts>.Empty;
        var wanted = $"WITH wanted (agent_id, version, first_version) AS (VALUES {string.Join(", ", rows)})";
        var facts = await database.QueryAsync<FactRow>(
            $"""
            {wanted}
            SELECT w.agent_id, i.status, v.version AS kept, l.document_hash, a.stable AS stable_before
            FROM wanted AS w
            LEFT JOIN agent_index AS i ON i.tenant_id = @tenantId AND i.agent_id = w.agent_id
            LEFT JOIN agent_version AS v ON v.tenant_id = @tenantId AND v.agent_id = w.agent_id AND v.version = w.version
            LEFT JOIN change_log AS l ON l.tenant_id = @tenantId AND l.agent_id = w.agent_id AND l.agent_version = w.version
            LEFT JOIN label_assignment AS a ON a.tenant_id = @tenantId AND a.label = @from AND a.agent_id = w.agent_id
            """, parameters);
        var authors = (await database.QueryAsync<AuthorRow>(
            $"""
            {wanted}
            SELECT DISTINCT l.agent_id, l.actor FROM wanted AS w
            JOIN change_log AS l ON l.tenant_id = @tenantId AND l.agent_id = w.agent_id
                AND l.agent_version BETWEEN w.first_version AND w.version
            """, parameters)).ToLookup(row => row.AgentId, row => row.Actor);
        var checks = (await database.QueryAsync<CheckRow>(
            $"""
            {wanted}
            SELECT c.agent_id, c.name, c.ok, c.url, c.at, c.by FROM wanted AS w
            JOIN version_check AS c ON c.tenant_id = @tenantId AND c.agent_id = w.agent_id AND c.version = w.version
            """, parameters)).ToLookup(row => row.AgentId, row => row.ToCheck());
        return facts.ToImmutableDictionary(row => row.AgentId, row => new VersionFacts
        {
            IsThere = row.Status is not null and not AgentStatus.Archived, IsKept = row.Kept is not null, DocumentHash = row.DocumentHash,
            Authors = [.. authors[row.AgentId]], Checks = [.. checks[row.AgentId]], StableBefore = row.StableBefore,
        });
    }

    public async Task<ReleaseDocument?> FindReleaseAsync(string tenantId, string releaseId)
    {
        var document = await database.FindAsync<string>(
            "SELECT document FROM label_release WHERE tenant_id = @tenantId AND release_id = @releaseId", new { tenantId, releaseId });
        return document is null ? null : Read(document);
    }

    public async Task<ImmutableArray<ReleaseDocument>> ListReleasesAsync(
        string tenantId, ReleaseQuery query, ListPosition? after, CancellationToken cancellationToken)
    {
        List<string> conditions = ["tenant_id = @tenantId"];
        if (query.Label is not null) conditions.Add("label = @Label");
        if (query.Status is not null) conditions.Add("status = @Status");
        var parameters = new DynamicParameters(query);
        parameters.Add("tenantId", tenantId);
        if (after is not null)
        {
            conditions.Add("(created_at, release_id) < (@created, @id)");
            parameters.Add("created", DateTimeOffset.Parse(after.Key, CultureInfo.InvariantCulture));
            parameters.Add("id", after.AgentId);
        }
        var documents = await database.QueryAsync<string>(
            $"""
            SELECT document FROM label_release WHERE {string.Join(" AND ", conditions)}
            ORDER BY created_at DESC, release_id DESC LIMIT @Limit
            """, parameters, cancellationToken);
        return [.. documents.Select(Read)];
    }

    public Task<int> CountLabelsAsync(string tenantId) => database.QuerySingleAsync<int>(
        "SELECT CAST(count(*) AS integer) FROM label_index WHERE tenant_id = @tenantId", new { tenantId });

    public async Task<ImmutableArray<string>> ListLabelsAsync(string tenantId, CancellationToken cancellationToken) =>
    [
        .. await database.QueryAsync<string>(
            "SELECT label FROM label_index WHERE tenant_id = @tenantId ORDER BY label", new { tenantId }, cancellationToken),
    ];

    public async Task<ImmutableArray<TenantLabel>> ReadUnfinishedAsync(CancellationToken cancellationToken)
    {
        // The condition is that of the index.
        var rows = await database.QueryAsync<LabelRow>(
            """
            SELECT DISTINCT tenant_id, label FROM label_release WHERE status IN ('open', 'ready', 'running', 'paused')
            ORDER BY tenant_id, label
            """, null, cancellationToken);
        return [.. rows.Select(row => new TenantLabel(row.TenantId, row.Label))];
    }

    public async Task<bool> SetCheckAsync(string tenantId, string agentId, int version, VersionCheck check)
    {
        var added = await database.ExecuteAsync(
            """
            INSERT INTO version_check (tenant_id, agent_id, version, name, ok, url, at, by)
            SELECT tenant_id, agent_id, version, @Name, @IsOk, @Url, @At, @By FROM agent_version
            WHERE tenant_id = @tenantId AND agent_id = @agentId AND version = @version
            ON CONFLICT (tenant_id, agent_id, version, name)
            DO UPDATE SET ok = excluded.ok, url = excluded.url, at = excluded.at, by = excluded.by
            """, new { tenantId, agentId, version, check.Name, check.IsOk, check.Url, check.At, check.By });
        return added > 0;
    }

    public async Task<ImmutableArray<VersionCheck>> ReadChecksAsync(
        string tenantId, string agentId, int version, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<CheckRow>(
            """
            SELECT agent_id, name, ok, url, at, by FROM version_check
            WHERE tenant_id = @tenantId AND agent_id = @agentId AND version = @version ORDER BY name
            """, new { tenantId, agentId, version }, cancellationToken);
        return [.. rows.Select(row => row.ToCheck())];
    }

    private static ReleaseDocument Read(string document) =>
        JsonSerializer.Deserialize<ReleaseDocument>(document, GrainStateSerializer.Options)!;

    private sealed class FactRow
    {
        public string AgentId { get; set; } = "";
        public string? Status { get; set; }
        public int? Kept { get; set; }
        public string? DocumentHash { get; set; }
        public int? StableBefore { get; set; }
    }

    private sealed class AuthorRow
    {
        public string AgentId { get; set; } = "";
        public string Actor { get; set; } = "";
    }

    private sealed class LabelRow
    {
        public string TenantId { get; set; } = "";
        public string Label { get; set; } = "";
    }

    private sealed class CheckRow
    {
        public string AgentId { get; set; } = "";
        public string Name { get; set; } = "";
        public bool Ok { get; set; }
        public string? Url { get; set; }
        public DateTimeOffset At { get; set; }
        public string By { get; set; } = "";

        public VersionCheck ToCheck() => new(Name, Ok, Url, At, By);
    }
}
