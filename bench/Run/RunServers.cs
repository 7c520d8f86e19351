using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Run;

/// <summary>The PostgreSQL and the Redis that the service and its references share, so that both are as durable.</summary>
internal sealed class RunServers : IAsyncDisposable
{
    // The reference of a write is the server as one sets it up for writes: checkpoints by time, not after some megabytes.
    private static readonly string[] Options =
        ["-c", "shared_buffers=512MB", "-c", "min_wal_size=1GB", "-c", "max_wal_size=8GB", "-c", "checkpoint_timeout=15min"];

    private static readonly string[] Shown = ["server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers"];

    private readonly PostgreSqlServer? _postgreSql;

    private RunServers(PostgreSqlServer? postgreSql, RedisServer redis, string database) =>
        (_postgreSql, Redis, Database) = (postgreSql, redis, database);

    /// <summary>See <see cref="DataLocation.CreateAsync"/>.</summary>
    public string Database { get; }

    /// <summary>What changes are published to.</summary>
    public RedisServer Redis { get; }

    /// <summary>The processes of both; none of a PostgreSQL that runs elsewhere.</summary>
    public required ProcessSet Processes { get; init; }

    /// <summary>The settings of PostgreSQL that decide what a write costs.</summary>
    public required ImmutableArray<string> Settings { get; init; }

    /// <summary>Starts them.</summary>
    /// <param name="database">A PostgreSQL to use instead; null for one of the run's own.</param>
    public static async Task<RunServers> StartAsync(string? database)
    {
        var postgreSql = database is null ? await PostgreSqlServer.StartAsync(options: Options) : null;
        var redis = await RedisServer.StartAsync();
        var address = database ?? postgreSql!.Address.OriginalString;
        await using var data = await DataLocation.CreateAsync(address);
        await using var connection = new NpgsqlConnection(data.ConnectionString);
        await connection.OpenAsync();
        var settings = ImmutableArray.CreateBuilder<string>();
        foreach (var name in Shown)
        {
            await using var show = new NpgsqlCommand($"SHOW {name}", connection);
            settings.Add($"{name} {await show.ExecuteScalarAsync()}");
        }
        // The process of this connection is a child of the one that all connections have in common, if it is on this machine.
        var leader = ProcessSet.ParentOf(connection.ProcessID);
        var isHere = leader is not null && File.ReadAllText($"/proc/{leader}/comm").StartsWith("postgres", StringComparison.Ordinal);
        if (!isHere) settings.Add("on another machine: its processor time is not counted");
        return new(postgreSql, redis, address)
        {
            Processes = isHere ? new(redis.ProcessId, leader!.Value) : new(redis.ProcessId), Settings = settings.ToImmutable(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Redis.DisposeAsync();
        if (_postgreSql is not null) await _postgreSql.DisposeAsync();
    }
}
