using System.Data.Common;
using System.Globalization;
using AgentManagement.Domain.Audit;
using Microsoft.Data.Sqlite;

namespace AgentManagement.Silo.Storage;

/// <summary>Connections to SQLite that know the hashes of the change log, which SQLite itself cannot make.</summary>
internal sealed class SqliteSource(string connectionString) : DbDataSource
{
    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection()
    {
        var connection = new SqliteConnection(connectionString);
        connection.CreateFunction("change_hash", (object?[] fields) => ChangeHash.Of([.. fields.Select(TextOf)]), isDeterministic: true);
        connection.CreateFunction(
            "document_hash", (string? document) => document is null ? null : ChangeHash.OfDocument(document), isDeterministic: true);
        return connection;
    }

    private static string? TextOf(object? field) => field is null or DBNull ? null : Convert.ToString(field, CultureInfo.InvariantCulture);
}
