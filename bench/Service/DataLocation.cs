using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentManagement.Bench.Service;

/// <summary>Where the service of an experiment keeps its data: a folder and a database of its own, gone afterwards.</summary>
public sealed class DataLocation : IAsyncDisposable
{
    /// <summary>The word for an SQLite file; anything else is the address of a PostgreSQL server.</summary>
    public const string Sqlite = "sqlite";

    private readonly Uri? _server;

    private DataLocation(string directory, Uri? server, Uri? databaseUrl) =>
        (Directory, _server, DatabaseUrl) = (directory, server, databaseUrl);

    /// <summary>For DATA_DIRECTORY; the service's output goes there, too.</summary>
    public string Directory { get; }

    /// <summary>For DATABASE_URL; null for SQLite.</summary>
    public Uri? DatabaseUrl { get; }

    /// <summary>Connects to the data past the service, for a last look.</summary>
    public string ConnectionString => DatabaseUrl is { } url
        ? ConnectionStringOf(url)
        : new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Directory, "agents.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        }.ToString();

    /// <summary>Makes an empty one.</summary>
    /// <param name="database"> <c>sqlite </c>, or <c>postgresql://user:password@host:port/database </c> of a login that may create
    /// databases.</param>
    public static async Task<DataLocation> CreateAsync(string database)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("agent-management-bench-").FullName;
        if (database == Sqlite) return new(directory, null, null);

        var server = new Uri(database);
        var name = $"bench_{Guid.NewGuid():n}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        return new(directory, server, new UriBuilder(server) { Path = name }.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await ExecuteAsync(_server, $"DROP DATABASE {DatabaseUrl!.AbsolutePath.Trim('/')} WITH (FORCE)");
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task ExecuteAsync(Uri server, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringOf(server));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string ConnectionStringOf(Uri address)
    {
        var login = address.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = address.IdnHost,
            Port = address.Port > 0 ? address.Port : 5432,
            Database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/')),
            Username = Uri.UnescapeDataString(login[0]),
            Password = login.Length == 2 ? Uri.UnescapeDataString(login[1]) : null,
            Pooling = false,
        }.ToString();
    }
}
