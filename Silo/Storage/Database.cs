using System.Data;
using System.Data.Common;
using System.Globalization;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Settings;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AgentManagement.Silo.Storage;

/// <summary>The database of this process: where it is, and the few things that its SQL says in its own way.</summary>
internal sealed class Database : IAsyncDisposable
{
    private Database(string kind, string invariant, DbDataSource source, string position) =>
        (Kind, Invariant, Source, PositionFunction) = (kind, invariant, source, position);

    /// <summary>Folder of Silo/Schema: postgresql or sqlite.</summary>
    public string Kind { get; }

    /// <summary>The ADO.NET provider's name, as Orleans knows it.</summary>
    public string Invariant { get; }

    /// <summary>The one pool of this process, of Orleans' storage provider, too.</summary>
    public DbDataSource Source { get; }

    /// <summary>The function (text, part) that tells where the part is, 0 for nowhere.</summary>
    public string PositionFunction { get; }

    /// <summary>Where statements are told of, at DEBUG; nowhere before there is a host.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>
    /// The statement by which a transaction keeps others from locking rows of a table; null where one writes at a time anyway.
    /// </summary>
    public string? LockStatement(string table) => Kind == "postgresql" ? $"LOCK TABLE {table} IN EXCLUSIVE MODE" : null;

    /// <summary>PostgreSQL at DATABASE_URL, else SQLite in the data directory.</summary>
    /// <exception cref="DbException">PostgreSQL does not answer, or refuses.</exception>
    public static async Task<Database> OpenAsync(DatabaseSettings settings)
    {
        // Dapper asks a handler for parameters only of types that it has no mapping of its own for.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcTimeHandler());
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        return settings.Url is { } url ? await PostgreSqlAsync(url, settings.Silos) : Sqlite(settings.Directory);
    }

    /// <summary>All rows of a query. A cancelled one ends in the database, too.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null, CancellationToken cancellationToken = default)
    {
        LogStatement(sql);
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The one row of a query.</summary>
    public async Task<T> QuerySingleAsync<T>(string sql, object? parameters = null, CancellationToken cancellationToken = default)
    {
        LogStatement(sql);
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>The only row of a query; the default when there is none.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? parameters = null, CancellationToken cancellationToken = default)
    {
        LogStatement(sql);
        await using var connection = await Source.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Executes a statement on its own; how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        LogStatement(sql);
        await using var connection = await Source.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    // Without its values, which are what clients sent.
    private void LogStatement(string sql)
    {
        if (Log.IsEnabled(LogLevel.Debug)) Log.LogDebug(LogEvents.Statement, "{Sql}", string.Join(' ', sql.Split((char[]?)null,
            StringSplitOptions.RemoveEmptyEntries)));
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    private static async Task<Database> PostgreSqlAsync(Uri url, int silos)
    {
        var connectionString = await ConnectionPool.SizeAsync(PostgreSqlAddress.ToConnectionString(url), silos);
        var source = new NpgsqlDataSourceBuilder(connectionString) { Name = ConnectionPool.Name }.Build();
        return new("postgresql", "Npgsql", source, "strpos");
    }

    private static Database Sqlite(string directory)
    {
        Directory.CreateDirectory(directory);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, "agents.db") }.ToString();
        // Orleans' provider loads Microsoft.Data.Sqlite under this name.
        return new("sqlite", "System.Data.SQLite", new SqliteSource(connectionString), "instr");
    }

    /// <summary>Times: timestamptz in PostgreSQL, text of a fixed form in SQLite, UTC in both.</summary>
    private sealed class UtcTimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value is string text
            ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)
            : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value =
            parameter is SqliteParameter ? StoredTime.ToText(value.UtcDateTime) : value.UtcDateTime;
    }
}
