using AgentManagement.Grains.Changes;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The sinks' cursors, over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlSinkCursorStore(Database database) : ISinkCursorStore
{
    public async Task<SinkCursor?> FindAsync(string tenantId, string sink)
    {
        return await database.FindAsync<SinkCursor>(
            "SELECT revision, incarnation FROM sink_cursor WHERE tenant_id = @tenantId AND sink = @sink",
            new { tenantId, sink });
    }

    public async Task RecordAsync(string tenantId, string sink, SinkCursor cursor)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO sink_cursor (tenant_id, sink, revision, incarnation) VALUES (@tenantId, @sink, @Revision, @Incarnation)
            ON CONFLICT (sink, tenant_id) DO UPDATE SET revision = excluded.revision, incarnation = excluded.incarnation
            """, new { tenantId, sink, cursor.Revision, cursor.Incarnation });
    }

    public async Task<ImmutableArray<string>> ListBehindAsync(string sink, string? incarnation, string after, int limit)
    {
        return
        [
            .. await database.QueryAsync<string>(
                """
                SELECT tenant.tenant_id FROM tenant
                LEFT JOIN sink_cursor AS told ON told.tenant_id = tenant.tenant_id AND told.sink = @sink
                WHERE told.revision IS NULL OR told.revision <> tenant.revision OR told.incarnation <> @incarnation
                ORDER BY tenant.tenant_id > @after DESC, tenant.tenant_id
                LIMIT @limit
                """, new { sink, incarnation, after, limit }),
        ];
    }
}
