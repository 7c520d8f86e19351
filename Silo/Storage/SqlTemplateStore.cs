using System.Text.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Grains.Storage;
using AgentManagement.Templates;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The reading side of templates over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlTemplateStore(Database database) : ITemplateStore
{
    public async Task<TemplateDocument?> ReadVersionAsync(
        string tenantId, string templateId, int version, CancellationToken cancellationToken)
    {
        var document = await database.FindAsync<string>(
            "SELECT document FROM template_version WHERE tenant_id = @tenantId AND template_id = @templateId AND version = @version",
            new { tenantId, templateId, version }, cancellationToken);
        return document is null ? null : ReadDocument(document);
    }

    public async Task<ImmutableArray<TemplateSummary>> ListAsync(string tenantId, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<TemplateRow>(
            """
            SELECT template_id, name, description, type, version, updated_at FROM template_index
            WHERE tenant_id = @tenantId ORDER BY template_id
            """, new { tenantId }, cancellationToken);
        return [.. rows.Select(row => row.ToSummary())];
    }

    public async Task<ImmutableArray<DerivedCount>> CountDerivedAsync(string tenantId, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<DerivedRow>(
            """
            SELECT template_id, template_version AS version, CAST(count(*) AS integer) AS agents FROM agent_index
            WHERE tenant_id = @tenantId AND template_id IS NOT NULL GROUP BY template_id, template_version
            """, new { tenantId }, cancellationToken);
        return [.. rows.Select(row => new DerivedCount(row.TemplateId, row.Version, row.Agents))];
    }

    public async Task<ImmutableArray<string>> ReadDerivedAsync(string tenantId, string templateId, int exceptVersion)
    {
        return [.. await database.QueryAsync<string>(
            """
            SELECT agent_id FROM agent_index
            WHERE tenant_id = @tenantId AND template_id = @templateId AND template_version <> @exceptVersion AND status <> 'archived'
            ORDER BY agent_id
            """, new { tenantId, templateId, exceptVersion })];
    }

    public async Task<ImmutableArray<string>> ReadChangedAsync(string tenantId, string kind, string note)
    {
        return [.. await database.QueryAsync<string>(
            "SELECT DISTINCT agent_id FROM change_log WHERE tenant_id = @tenantId AND kind = @kind AND note = @note ORDER BY agent_id",
            new { tenantId, kind, note })];
    }

    /// <summary>A template as it is stored.</summary>
    public static TemplateDocument ReadDocument(string document) =>
        JsonSerializer.Deserialize<TemplateDocument>(document, GrainStateSerializer.Options)!;

    private sealed class TemplateRow
    {
        public string TemplateId { get; set; } = "";
        public string Name { get; set; } = "";
        public string? Description { get; set; }
        public string Type { get; set; } = "";
        public int Version { get; set; }
        public DateTimeOffset UpdatedAt { get; set; }

        public TemplateSummary ToSummary() =>
            new(TemplateId, TemplateScope.Tenant, Version, Name, Description, Type, Agents: 0, Behind: 0, UpdatedAt);
    }

    private sealed class DerivedRow
    {
        public string TemplateId { get; set; } = "";
        public int Version { get; set; }
        public int Agents { get; set; }
    }
}
