using AgentManagement.Grains.Changes;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>The sinks' cursors, over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlSinkCursorStore(Database database) : ISinkCursorStore
{
    public async Task<SinkCursor?> FindAsync(string tenantId, string sink)
    {
        return await database.FindAsync<SinkCursor>(
            "SELECT revision, epoch AS incarnation FROM delivery WHERE tenant_id = @tenantId AND destination = @sink",
            new { tenantId, sink });
    }

    public async Task RecordAsync(string tenantId, string sink, SinkCursor cursor)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO delivery (tenant_id, destination, revision, epoch) VALUES (@tenantId, @sink, @Revision, @Incarnation)
            ON CONFLICT (destination, tenant_id) DO UPDATE SET revision = excluded.revision, epoch = excluded.epoch
            """, new { tenantId, sink, cursor.Revision, cursor.Incarnation });
    }

    public async Task<ImmutableArray<string>> ListBehindAsync(string sink, string? incarnation, string after, int limit)
    {
        return
        [
            .. await database.QueryAsync<string>(
                """
                SELECT tenant.tenant_id FROM tenant
                LEFT JOIN delivery ON delivery.tenant_id = tenant.tenant_id AND delivery.destination = @sink
                WHERE delivery.revision IS NULL OR delivery.revision <> tenant.revision OR delivery.epoch <> @incarnation
                ORDER BY tenant.tenant_id > @after DESC, tenant.tenant_id
                LIMIT @limit
                """, new { sink, incarnation, after, limit }),
        ];
    }
}
