using System.Data.Common;
using AgentManagement.Bench.Client;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentManagement.Bench.Service;

/// <summary>A read-only look past the service into its database.</summary>
public static class DatabaseView
{
    /// <summary>The tenant's revision and all rows of its log, oldest first.</summary>
    public static async Task<(long Revision, List<LoggedChange> Changes)> ReadLogAsync(DataLocation data, string tenantId)
    {
        await using DbConnection connection = data.DatabaseUrl is null
            ? new SqliteConnection(data.ConnectionString)
            : new NpgsqlConnection(data.ConnectionString);
        await connection.OpenAsync();

        var changes = new List<LoggedChange>();
        await using (
            var log = Query(
            connection, "SELECT revision, agent_id, agent_version FROM change_log WHERE tenant_id = @tenant ORDER BY revision", tenantId))
        {
            await using var rows = await log.ExecuteReaderAsync();
            while (await rows.ReadAsync()) changes.Add(new(rows.GetInt64(0), rows.GetString(1), rows.GetInt32(2)));
        }
        await using var tenant = Query(connection, "SELECT revision FROM tenant WHERE tenant_id = @tenant", tenantId);
        return (await tenant.ExecuteScalarAsync() as long? ?? 0, changes);
    }

    private static DbCommand Query(DbConnection connection, string sql, string tenantId)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("tenant", tenantId);
        command.Parameters.Add(parameter);
        return command;
    }
}
