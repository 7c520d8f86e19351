using Dapper;
using Npgsql;

namespace AgentManagement.Silo.Storage;

/// <summary>
/// How many connections to PostgreSQL a silo may hold: all silos together never ask for more than there are, as long as
/// there are four for each.
/// </summary>
internal static class ConnectionPool
{
    /// <summary>A label of Npgsql's metrics, which would otherwise be the connection string.</summary>
    public const string Name = "agent-management";

    // Fewer would make readers wait for writers; more only queue inside the server.
    private const int Least = 4;
    private const int Max = 100;

    /// <summary>The connection string with the size of the pool, unless DATABASE_URL names one.</summary>
    /// <exception cref="System.Data.Common.DbException">PostgreSQL does not answer, or refuses.</exception>
    public static async Task<string> SizeAsync(string connectionString, int silos)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (builder.ShouldSerialize("Maximum Pool Size")) return connectionString;

        var once = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString();
        await using var source = new NpgsqlDataSourceBuilder(once) { Name = $"{Name}-once" }.Build();
        await using var connection = await source.OpenConnectionAsync();
        var maximum = int.Parse((await connection.ExecuteScalarAsync<string>("SHOW max_connections"))!, null);
        builder.MaxPoolSize = SizeOf(maximum, silos);
        return builder.ToString();
    }

    /// <summary>A silo's part of the server's connections.</summary>
    public static int SizeOf(int maximumConnections, int silos)
    {
        // A tenth is left to people, backups and migrations, and a rolling restart starts one silo more.
        var part = maximumConnections * 9 / 10 / (silos + 1);
        return Math.Clamp(part, Least, Max);
    }
}
