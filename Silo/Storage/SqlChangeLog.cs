using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Grains.Storage;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The change log over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlChangeLog(Database database) : IChangeLog
{
    public async Task<long> ReadRevisionAsync(string tenantId)
    {
        return await database.FindAsync<long>("SELECT revision FROM tenant WHERE tenant_id = @tenantId", new { tenantId });
    }

    public async Task<ImmutableArray<ChangeEvent>> ReadChangesAsync(
        string tenantId, long since, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<ChangeRow>(
            """
            SELECT revision, event_id, kind, agent_id, agent_name, agent_version, status, at, correlation_id, task_id, details
            FROM change_log WHERE tenant_id = @tenantId AND revision > @since ORDER BY revision LIMIT @limit
            """, new { tenantId, since, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToEvent())];
    }

    public async Task<ImmutableArray<ChangeRecord>> ListChangesAsync(
        string tenantId, ChangeQuery query, long belowRevision, CancellationToken cancellationToken)
    {
        List<string> conditions = ["tenant_id = @tenantId", "revision < @belowRevision"];
        if (query.AgentId is not null) conditions.Add("agent_id = @AgentId");
        if (query.Actor is not null) conditions.Add("actor = @Actor");
        if (query.Kind is not null) conditions.Add("kind = @Kind");
        if (query.From is not null) conditions.Add("at >= @From");
        if (query.To is not null) conditions.Add("at < @To");
        var parameters = new DynamicParameters(query);
        parameters.Add("tenantId", tenantId);
        parameters.Add("belowRevision", belowRevision);

        var rows = await database.QueryAsync<ChangeRow>(
            $"""
            SELECT revision, event_id, kind, agent_id, agent_name, agent_version, status, at, actor, role, correlation_id, task_id,
                   note, address, details, document_hash, hash
            FROM change_log WHERE {string.Join(" AND ", conditions)} ORDER BY revision DESC LIMIT @Limit
            """, parameters, cancellationToken);
        return [.. rows.Select(row => row.ToRecord())];
    }

    public async Task<ImmutableArray<AgentVersion>> ListVersionsAsync(
        string tenantId, string agentId, long belowVersion, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<ChangeRow>(
            """
            SELECT agent_version, at, actor, kind, note, details FROM change_log
            WHERE tenant_id = @tenantId AND agent_id = @agentId AND agent_version < @belowVersion
            ORDER BY agent_version DESC LIMIT @limit
            """, new { tenantId, agentId, belowVersion = Math.Min(belowVersion, int.MaxValue), limit }, cancellationToken);
        return [.. rows.Select(row => row.ToVersion())];
    }
}
