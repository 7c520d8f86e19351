using AgentManagement.Silo.Storage;
using Npgsql;

namespace AgentManagement.Tests.Support;

/// <summary>A database of a test's own, gone afterwards.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _name;

    private TestDatabase(string directory, Uri? url, string? name) => (Directory, Url, _name) = (directory, url, name);

    /// <summary>The kinds that every storage test runs on.</summary>
    public static TheoryData<string> Kinds => ["sqlite", "postgresql"];

    /// <summary>For DATA_DIRECTORY.</summary>
    public string Directory { get; }

    /// <summary>For DATABASE_URL; null for SQLite.</summary>
    public Uri? Url { get; }

    /// <summary>An empty database. Skips the test when it needs a PostgreSQL server and ./test found none.</summary>
    public static async Task<TestDatabase> CreateAsync(string kind)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("agent-management-").FullName;
        if (kind == "sqlite") return new(directory, null, null);

        var server = TestServers.PostgreSql;
        var name = $"test_{Guid.NewGuid():n}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return new(directory, new UriBuilder(server) { Path = name }.Uri, name);
    }

    /// <summary>The same database for another log-in. Only the first one is to be disposed of.</summary>
    public TestDatabase As(string user, string password) =>
        new(Directory, new UriBuilder(Url!) { UserName = user, Password = password }.Uri, null);

    public async ValueTask DisposeAsync()
    {
        if (_name is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await DropAsync();
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await DeleteAsync(Directory);
    }

    /// <summary>Another test that clears the pools may still be closing a connection, whose files come and go.</summary>
    private static async Task DeleteAsync(string directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                System.IO.Directory.Delete(directory, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Makes it what a service may be started on that does not apply the schema itself.</summary>
    public async Task ApplySchemaAsync()
    {
        await using var opened = await OpenAsync();
        await new SchemaMigrator(opened).ApplyAsync();
    }

    internal Task<Database> OpenAsync() => Database.OpenAsync(new() { Url = Url, Directory = Directory });

    /// <summary>Drops the database, whoever uses it.</summary>
    public Task DropAsync() => ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private static async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(PostgreSqlAddress.ToConnectionString(TestServers.PostgreSql));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
