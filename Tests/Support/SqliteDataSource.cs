using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AgentManagement.Tests.Support;

/// <summary>A database in memory that lives as long as this.</summary>
public sealed class SqliteDataSource : DbDataSource
{
    private readonly string _connectionString = $"Data Source={Guid.NewGuid()};Mode=Memory;Cache=Shared";
    private readonly SqliteConnection _keeper;

    public SqliteDataSource()
    {
        _keeper = new(_connectionString);
        _keeper.Open();
    }

    public override string ConnectionString => _connectionString;

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

    protected override DbConnection CreateDbConnection() => new SqliteConnection(_connectionString);

    protected override void Dispose(bool disposing)
    {
        _keeper.Dispose();
        base.Dispose(disposing);
    }
}
