using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;

namespace AgentManagement.Silo.Storage;

/// <summary>
/// Who refers to what, over SQL that PostgreSQL and SQLite both understand. For each there is an index that begins with what is asked.
/// </summary>
internal sealed class SqlReferenceStore(Database database) : IReferenceStore
{
    // What has no row among the agents is a template.
    private const string OfAgent =
        """
        SELECT term.agent_id AS subject FROM agent_term AS term
        LEFT JOIN agent_index AS found ON found.tenant_id = term.tenant_id AND found.agent_id = term.agent_id
        WHERE term.kind = 'handoff' AND term.value = @id AND term.tenant_id = @tenantId AND term.agent_id <> @id
            AND (found.agent_id IS NULL OR found.status <> 'archived')
        UNION ALL
        SELECT 'label/' || label AS subject FROM label_assignment WHERE tenant_id = @tenantId AND agent_id = @id
        ORDER BY subject LIMIT @limit
        """;

    private const string OfTemplate =
        """
        SELECT agent_id FROM agent_index WHERE tenant_id = @tenantId AND template_id = @id AND status <> 'archived'
        ORDER BY agent_id LIMIT @limit
        """;

    private const string OfFile =
        "SELECT DISTINCT subject FROM file_use WHERE tenant_id = @tenantId AND file_id = @id ORDER BY subject LIMIT @limit";

    public async Task<ImmutableArray<Referrer>> ReadReferrersAsync(string tenantId, string reference)
    {
        var (sql, id) = AgentReferences.AgentIn(reference) is { } agentId ? (OfAgent, agentId)
            : ChangeSubject.TryReadTemplate(reference, out var templateId) ? (OfTemplate, templateId)
            : ChangeSubject.TryReadFile(reference, out var fileId) ? (OfFile, fileId)
            : throw new ArgumentException("Nothing that others refer to.", nameof(reference));
        var subjects = await database.QueryAsync<string>(sql, new { tenantId, id, limit = UseRules.MaxReferrers + 1 });
        return
        [
            .. subjects.Select(subject => ChangeSubject.TryReadTemplate(subject, out var template)
                ? new Referrer(ChangeSubject.Template, template)
                : ChangeSubject.TryReadLabel(subject, out var label) ? new Referrer(ChangeSubject.Label, label)
                : new Referrer(ChangeSubject.Agent, subject)),
        ];
    }
}
