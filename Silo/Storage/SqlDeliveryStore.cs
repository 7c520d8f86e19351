using AgentManagement.Changes;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>Deliveries over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlDeliveryStore(Database database) : IDeliveryStore
{
    public async Task<Delivered?> FindAsync(string tenantId, string destination)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Delivered>(
            "SELECT revision, epoch FROM delivery WHERE tenant_id = @tenantId AND destination = @destination", new { tenantId, destination });
    }

    public async Task RecordAsync(string tenantId, string destination, Delivered delivered)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO delivery (tenant_id, destination, revision, epoch) VALUES (@tenantId, @destination, @Revision, @Epoch)
            ON CONFLICT (destination, tenant_id) DO UPDATE SET revision = excluded.revision, epoch = excluded.epoch
            """, new { tenantId, destination, delivered.Revision, delivered.Epoch });
    }

    public async Task<ImmutableArray<string>> ListBehindAsync(string destination, string epoch, int limit)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return
        [
            .. await connection.QueryAsync<string>(
                """
                SELECT tenant.tenant_id FROM tenant
                LEFT JOIN delivery ON delivery.tenant_id = tenant.tenant_id AND delivery.destination = @destination
                WHERE delivery.revision IS NULL OR delivery.revision <> tenant.revision OR delivery.epoch <> @epoch
                LIMIT @limit
                """, new { destination, epoch, limit }),
        ];
    }
}
