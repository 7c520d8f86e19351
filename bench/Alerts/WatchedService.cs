using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Alerts;

/// <summary>The service that Prometheus watches, in one process or as a cluster, and the servers that it needs.</summary>
internal sealed class WatchedService : IAsyncDisposable
{
    private readonly ServiceProcess? _process;
    private readonly ServiceCluster? _cluster;

    private WatchedService(PostgreSqlServer postgres, DataLocation data, FragileLink toDatabase, FragileLink ofFirstSilo, RedisServer redis,
        int toolRegistryPort, ServiceProcess? process, ServiceCluster? cluster) =>
        (Postgres, Data, ToDatabase, OfFirstSilo, Redis, ToolRegistryPort, _process, _cluster) =
            (postgres, data, toDatabase, ofFirstSilo, redis, toolRegistryPort, process, cluster);

    public PostgreSqlServer Postgres { get; }

    public RedisServer Redis { get; }

    public DataLocation Data { get; }

    /// <summary>The way to the database, of all silos.</summary>
    public FragileLink ToDatabase { get; }

    /// <summary>The first silo's way to it, which leads to the way of all.</summary>
    public FragileLink OfFirstSilo { get; }

    /// <summary>Where the service looks for the tool registry. Nobody listens there.</summary>
    public int ToolRegistryPort { get; }

    public IService Service => _cluster is null ? _process! : _cluster;

    /// <summary>Whether it has several silos.</summary>
    public bool IsCluster => _cluster is not null;

    /// <summary>The ports of gateways.</summary>
    public ImmutableArray<int> Gateways => [_cluster?.Gateway.Port ?? _process!.EndPoint.Port];

    /// <summary>The ports of silos.</summary>
    public ImmutableArray<int> Silos => _cluster is null ? Gateways : [.. _cluster.Silos.Select(silo => silo.Port)];

    /// <summary>The environment variables of the gateway's next life.</summary>
    public Dictionary<string, string> GatewaySettings => _cluster?.Gateway.Settings ?? _process!.Settings;

    /// <summary>Starts it, and what it needs.</summary>
    /// <param name="silos">A cluster of so many; 0 for one process.</param>
    public static async Task<WatchedService> StartAsync(int silos)
    {
        var postgres = await PostgreSqlServer.StartAsync();
        var data = await DataLocation.CreateAsync(postgres.Address.OriginalString);
        var toDatabase = FragileLink.To(data.DatabaseUrl!);
        var ofFirstSilo = FragileLink.To(toDatabase.Address);
        var toolRegistryPort = ChildProcess.FreePort();
        Dictionary<string, string> settings = new()
        {
            ["DATABASE_URL"] = toDatabase.Address.OriginalString, ["RATE_LIMIT_ENABLED"] = "true",
            ["TOOL_REGISTRY_URL"] = StandIn.AddressOf(toolRegistryPort),
        };
        if (silos == 0)
        {
            var redis = await RedisServer.StartAsync();
            settings["REDIS_URI"] = redis.Address.OriginalString;
            var process = await ServiceProcess.StartAsync(data, settings);
            return new(postgres, data, toDatabase, ofFirstSilo, redis, toolRegistryPort, process, null);
        }
        var cluster = await ServiceCluster.CreateAsync(data, silos, settings);
        cluster.Silos[0].Settings["DATABASE_URL"] = ofFirstSilo.Address.OriginalString;
        await cluster.StartAsync();
        return new(postgres, data, toDatabase, ofFirstSilo, cluster.Redis, toolRegistryPort, null, cluster);
    }

    /// <summary>Kills every process of it.</summary>
    public Task KillAsync() => _cluster is null
        ? _process!.KillAsync() : Task.WhenAll(_cluster.Silos.Append(_cluster.Gateway).Select(process => process.KillAsync()));

    /// <summary>Starts it on what its last life left behind.</summary>
    public Task StartAgainAsync() => _cluster is null ? _process!.StartAgainAsync() : _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        if (_process is not null)
        {
            await _process.DisposeAsync();
            await Redis.DisposeAsync();
        }
        await OfFirstSilo.DisposeAsync();
        await ToDatabase.DisposeAsync();
        await Data.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
