using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AgentManagement.Tests.Support;

/// <summary>A database in memory that lives as long as this.</summary>
public sealed class SqliteDataSource : DbDataSource
{
    private readonly string connectionString = $"Data Source={Guid.NewGuid()};Mode=Memory;Cache=Shared";
    private readonly SqliteConnection keeper;

    public SqliteDataSource()
    {
        keeper = new(connectionString);
        keeper.Open();
    }

    public override string ConnectionString => connectionString;

    public void Execute(string sql)
    {
        using var command = CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    public T Query<T>(string sql)
    {
        using var command = CreateCommand(sql);
        return (T)command.ExecuteScalar()!;
    }

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

    protected override void Dispose(bool disposing)
    {
        keeper.Dispose();
        base.Dispose(disposing);
    }
}
