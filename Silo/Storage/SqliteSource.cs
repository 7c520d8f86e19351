using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AgentManagement.Silo.Storage;

/// <summary>Connections to SQLite.</summary>
internal sealed class SqliteSource(string connectionString) : DbDataSource
{
    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);
}
