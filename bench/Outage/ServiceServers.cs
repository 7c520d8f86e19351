using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Outage;

/// <summary>The servers that the service under test works with, and what can become of them.</summary>
internal sealed class ServiceServers : IAsyncDisposable
{
    /// <summary>What can become of them; each name is a part of health, or says more.</summary>
    public static readonly ImmutableArray<string> Names = ["postgresql", "redis", "slow", Disk, "connections"];

    /// <summary>No byte is free on the database's volume.</summary>
    public const string Disk = "disk";

    private const int VolumeMegabytes = 256;
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(5);

    private readonly FragileLink _toPostgres;
    private readonly FragileLink _toRedis;
    private IAsyncDisposable? _taken;

    private ServiceServers(PostgreSqlServer postgres, RedisServer redis)
    {
        (Postgres, Redis) = (postgres, redis);
        (_toPostgres, _toRedis) = (FragileLink.To(postgres.Address), FragileLink.To(redis.Address));
    }

    public PostgreSqlServer Postgres { get; }

    public RedisServer Redis { get; }

    /// <summary>Those of <see cref="Names"/> that can be made on this machine.</summary>
    public static ImmutableArray<string> Possible => PostgreSqlServer.CanHaveVolume ? Names : Names.Remove(Disk);

    public static async Task<ServiceServers> StartAsync() =>
        new(await PostgreSqlServer.StartAsync(PostgreSqlServer.CanHaveVolume ? VolumeMegabytes : null), await RedisServer.StartAsync());

    /// <summary>Makes the service reach them by ways that can be made slow.</summary>
    /// <param name="database">The service's database.</param>
    public Dictionary<string, string> Settings(Uri database) => new()
    {
        ["DATABASE_URL"] = new UriBuilder(database) { Port = _toPostgres.Address.Port }.Uri.OriginalString,
        ["REDIS_URI"] = _toRedis.Address.OriginalString, ["RATE_LIMIT_ENABLED"] = "true",
    };

    /// <summary>Parts of which health must name one while an outage lasts.</summary>
    public static ImmutableArray<string> Ill(string name) => name switch
    {
        "redis" => ["redis"],
        Disk => ["writes", "database"],
        _ => ["database"],
    };

    /// <summary>Begins an outage.</summary>
    public async Task BeginAsync(string name)
    {
        switch (name)
        {
            case "postgresql":
                await Postgres.KillAsync();
                break;
            case "redis":
                await Redis.KillAsync();
                break;
            case "slow":
                (_toPostgres.Delay, _toRedis.Delay) = (Slowness, Slowness);
                break;
            case Disk:
                await Postgres.FillVolumeAsync();
                break;
            case "connections":
                _taken = await Postgres.TakeConnectionsAsync();
                break;
            default:
                throw new ArgumentException($"There is no outage '{name}'.");
        }
    }

    /// <summary>Ends it.</summary>
    public async Task EndAsync(string name)
    {
        switch (name)
        {
            case "postgresql":
                await Postgres.StartAgainAsync();
                break;
            case "redis":
                await Redis.StartAgainAsync();
                break;
            case "slow":
                (_toPostgres.Delay, _toRedis.Delay) = (TimeSpan.Zero, TimeSpan.Zero);
                break;
            case Disk:
                await Postgres.FreeVolumeAsync();
                break;
            default:
                await _taken!.DisposeAsync();
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _toPostgres.DisposeAsync();
        await _toRedis.DisposeAsync();
        await Postgres.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
