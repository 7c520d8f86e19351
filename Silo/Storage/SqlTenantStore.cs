using System.Globalization;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Storage;
using AgentManagement.Silo.Commits;
using AgentManagement.Tenants;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The reading side over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlTenantStore(Database database, SystemTemplates system) : ITenantStore
{
    // Nobody writes these names: they come from the program's own files.
    private readonly string _isBehind =
        $"""
        (template_id IS NOT NULL AND template_version < COALESCE(
            CASE template_id {string.Concat(system.All.Select(each => $"WHEN '{each.Id}' THEN {each.Version} "))}END,
            (SELECT newest.version FROM template_index AS newest
             WHERE newest.tenant_id = agent_index.tenant_id AND newest.template_id = agent_index.template_id),
            template_version))
        """;

    public async Task<TenantTotals> ReadTotalsAsync(string tenantId, DateOnly today)
    {
        var row = await database.FindAsync<TenantRow>(
            """
            SELECT revision, agents, active_agents, CAST(creates_on AS text) AS creates_on, creates, templates, file_bytes, stored_bytes
            FROM tenant WHERE tenant_id = @tenantId
            """, new { tenantId });
        return row is null ? new(new(0, 0, 0), 0) : new(UsageOf(row, today), row.Revision);
    }

    public async Task<ImmutableArray<MeasuredTenant>> ReadAllTotalsAsync(DateOnly today, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TenantRow>(
            """
            SELECT tenant_id, agents, active_agents, CAST(creates_on AS text) AS creates_on, creates, templates, file_bytes, settings
            FROM tenant
            """, cancellationToken: cancellationToken);
        return [.. rows.Select(row => new MeasuredTenant(row.TenantId, UsageOf(row, today), ReadSettings(row.Settings)))];
    }

    public async Task<KeptAnswer?> FindAnswerAsync(string tenantId, string key, DateTimeOffset now)
    {
        var row = await database.FindAsync<AnswerRow>(
            """
            SELECT used.fingerprint, used.kind, COALESCE(agent.document, template.document) AS document
            FROM idempotency AS used
            LEFT JOIN agent_version AS agent
              ON agent.tenant_id = used.tenant_id AND agent.agent_id = used.agent_id AND agent.version = used.version
            LEFT JOIN template_version AS template
              ON template.tenant_id = used.tenant_id AND used.agent_id LIKE 'template/%'
             AND template.template_id = substr(used.agent_id, 10) AND template.version = used.version
            WHERE used.tenant_id = @tenantId AND used.idempotency_key = @key AND used.created_at > @oldest
            """, new { tenantId, key, oldest = now - Lifetimes.OfIdempotencyKey });
        if (row is null) return null;
        var isTemplate = ChangeKind.IsOfTemplate(row.Kind);
        return new(
            row.Fingerprint, row.Kind, row.Document is null || isTemplate ? null : ReadDocument(row.Document),
            row.Document is null || !isTemplate ? null : SqlTemplateStore.ReadDocument(row.Document));
    }

    public async Task<AgentDocument?> ReadVersionAsync(string tenantId, string agentId, int version, CancellationToken cancellationToken)
    {
        var document = await database.FindAsync<string>(
            "SELECT document FROM agent_version WHERE tenant_id = @tenantId AND agent_id = @agentId AND version = @version",
            new { tenantId, agentId, version }, cancellationToken);
        return document is null ? null : ReadDocument(document);
    }

    public async Task<(ImmutableArray<AgentSummary> Items, long Total)> ListAgentsAsync(
        string tenantId, AgentQuery query, ListPosition? after, CancellationToken cancellationToken)
    {
        var (conditions, parameters) = AgentConditions(tenantId, query);
        var column = query.Sort switch
        {
            AgentSort.CreatedAt => "created_at",
            AgentSort.UpdatedAt => "updated_at",
            _ => "name_key",
        };
        var (direction, comparison) = query.Descending ? ("DESC", "<") : ("ASC", ">");
        var position = "";
        if (after is not null)
        {
            position = $" AND ({column}, agent_id) {comparison} (@afterKey, @afterId)";
            parameters.Add("afterId", after.AgentId);
            if (query.Sort == AgentSort.Name) parameters.Add("afterKey", after.Key);
            else parameters.Add("afterKey", DateTimeOffset.Parse(after.Key, CultureInfo.InvariantCulture));
        }
        parameters.Add("limit", query.Limit);

        var total = await database.QuerySingleAsync<long>(
            $"SELECT count(*) FROM agent_index WHERE {conditions}", parameters, cancellationToken);
        var rows = await database.QueryAsync<AgentRow>(
            $"""
            SELECT agent_id, name, description, type, status, tags, degraded, version, created_at, updated_at, updated_by, activated_at,
                template_id, template_version, model
            FROM agent_index
            WHERE {conditions}{position} ORDER BY {column} {direction}, agent_id {direction} LIMIT @limit
            """, parameters, cancellationToken);
        return ([.. rows.Select(row => row.ToSummary())], total);
    }

    public async Task<ImmutableArray<AgentDocument>> ReadAgentsAsync(
        string tenantId, string afterId, int limit, CancellationToken cancellationToken)
    {
        var documents = await database.QueryAsync<string>(
            """
            SELECT document FROM agent_index AS found
            JOIN agent_version AS kept ON kept.tenant_id = found.tenant_id AND kept.agent_id = found.agent_id
                AND kept.version = found.version
            WHERE found.tenant_id = @tenantId AND found.agent_id > @afterId AND found.status <> @archived
            ORDER BY found.agent_id LIMIT @limit
            """, new { tenantId, afterId, archived = AgentStatus.Archived, limit }, cancellationToken);
        return [.. documents.Select(ReadDocument)];
    }

    public async Task<TenantSettings> ReadSettingsAsync(string tenantId)
    {
        var row = await database.FindAsync<TenantRow>(
            "SELECT settings, settings_version FROM tenant WHERE tenant_id = @tenantId", new { tenantId });
        return new(ReadSettings(row?.Settings), row?.SettingsVersion ?? 0);
    }

    public async Task<AgentSizes> ReadLargestAsync(string tenantId)
    {
        var row = await database.QuerySingleAsync<UseRow>(
            """
            SELECT COALESCE(max(tools), 0) AS tools, COALESCE(max(mcp_servers), 0) AS mcp_servers,
                COALESCE(max(collections), 0) AS collections,
                   COALESCE(max(instruction_characters), 0) AS instruction_characters
            FROM agent_index WHERE tenant_id = @tenantId AND status <> 'archived'
            """, new { tenantId });
        return row.ToSizes();
    }

    public async Task<ImmutableArray<AgentUse>> ReadUseAsync(string tenantId)
    {
        var rows = await database.QueryAsync<UseRow>(
            """
            SELECT agent_id, status, models, tools, mcp_servers, collections, instruction_characters
            FROM agent_index WHERE tenant_id = @tenantId AND status <> 'archived' ORDER BY agent_id
            """, new { tenantId });
        return [.. rows.Select(row => new AgentUse(row.AgentId, row.Status, row.ToSizes(), SearchKeys.Split(row.Models)))];
    }

    public async Task<ImmutableArray<string>> ReadAgentIdsAsync(string tenantId)
    {
        return [.. await database.QueryAsync<string>(
            "SELECT agent_id FROM agent_index WHERE tenant_id = @tenantId AND status <> @archived ORDER BY agent_id",
            new { tenantId, archived = AgentStatus.Archived })];
    }

    public async Task<ImmutableArray<HandoffNode>> ReadHandoffsAsync(string tenantId, ImmutableArray<string> agentIds)
    {
        // A parameter each: what stands for a list of them is written otherwise in PostgreSQL.
        var parameters = new DynamicParameters(new { tenantId });
        for (var index = 0; index < agentIds.Length; index++) parameters.Add($"id{index}", agentIds[index]);
        var names = string.Join(", ", agentIds.Select((_, index) => $"@id{index}"));
        var rows = await database.QueryAsync<HandoffRow>(
            $"SELECT agent_id, type, status, handoffs FROM agent_index WHERE tenant_id = @tenantId AND agent_id IN ({names})", parameters);
        return [.. rows.Select(row => row.ToNode())];
    }

    public async Task<ImmutableArray<string>> ReadArchivedAsync(string tenantId, DateTimeOffset before)
    {
        return [.. await database.QueryAsync<string>(
            "SELECT agent_id FROM agent_index WHERE tenant_id = @tenantId AND archived_at < @before ORDER BY agent_id",
            new { tenantId, before })];
    }

    public async Task<ImmutableArray<string>> ReadTenantsOfArchivedAsync(DateTimeOffset before)
    {
        return [.. await database.QueryAsync<string>(
            "SELECT DISTINCT tenant_id FROM agent_index WHERE archived_at < @before", new { before })];
    }

    public async Task<ImmutableArray<string>> ReadAgentIdsOfToolsAsync(string tenantId)
    {
        return [.. await database.QueryAsync<string>(
            """
            SELECT agent_id FROM agent_index
            WHERE tenant_id = @tenantId AND status <> @archived AND (tool_keys <> '' OR degraded <> '') ORDER BY agent_id
            """, new { tenantId, archived = AgentStatus.Archived })];
    }

    public async Task<ImmutableArray<string>> ReadTenantsOfToolsAsync(string? toolId, string? tenantId = null)
    {
        var isOfTool = toolId is null ? "" : " AND term.value = @toolId";
        var isOfTenant = tenantId is null ? "" : " AND term.tenant_id = @tenantId";
        return [.. await database.QueryAsync<string>(
            $"""
            SELECT DISTINCT found.tenant_id FROM agent_term AS term
            JOIN agent_index AS found ON found.tenant_id = term.tenant_id AND found.agent_id = term.agent_id
            WHERE term.kind = 'tool' AND found.status <> @archived{isOfTool}{isOfTenant}
            """, new { toolId, tenantId, archived = AgentStatus.Archived })];
    }

    private (string Conditions, DynamicParameters Parameters) AgentConditions(string tenantId, AgentQuery query)
    {
        var parameters = new DynamicParameters(new { tenantId, status = query.Status ?? AgentStatus.Archived, type = query.Type });
        List<string> conditions = ["tenant_id = @tenantId", query.Status is null ? "status <> @status" : "status = @status"];
        if (query.Type is not null) conditions.Add("type = @type");
        if (query.Degraded is { } degraded) conditions.Add(degraded ? "degraded <> ''" : "degraded = ''");
        if (query.TemplateId is not null)
        {
            conditions.Add("template_id = @templateId");
            parameters.Add("templateId", query.TemplateId);
        }
        if (query.Behind is { } behind) conditions.Add(behind ? _isBehind : $"NOT {_isBehind}");
        for (var index = 0; index < query.Tags.Length; index++)
        {
            conditions.Add(
                $"agent_id IN (SELECT agent_id FROM agent_term WHERE kind = 'tag' AND value = @tag{index} AND tenant_id = @tenantId)");
            parameters.Add($"tag{index}", SearchKeys.Fold(query.Tags[index]));
        }
        if (query.Manager is not null)
        {
            conditions.Add(
                "agent_id IN (SELECT agent_id FROM agent_term WHERE kind = 'manager' AND value = @manager AND tenant_id = @tenantId)");
            parameters.Add("manager", query.Manager);
        }
        if (query.Text is not null)
        {
            conditions.Add($"{database.PositionFunction}(search_text, @text) > 0");
            parameters.Add("text", SearchKeys.Fold(query.Text));
        }
        return (string.Join(" AND ", conditions), parameters);
    }

    private static TenantUsage UsageOf(TenantRow row, DateOnly today)
    {
        // A day later than ours was written by a process whose clock is ahead: its creations count.
        var isToday = string.CompareOrdinal(row.CreatesOn, today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) >= 0;
        return new(row.Agents, row.ActiveAgents, isToday ? row.Creates : 0)
        {
            Templates = row.Templates, FileBytes = row.FileBytes, StoredBytes = row.StoredBytes,
        };
    }

    private static TenantDocument? ReadSettings(string? settings) =>
        settings is null ? null : JsonSerializer.Deserialize<TenantDocument>(settings, GrainStateSerializer.Options);

    internal static AgentDocument ReadDocument(string document) =>
        JsonSerializer.Deserialize<AgentDocument>(document, GrainStateSerializer.Options)!;
}
