using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Cluster;

/// <summary>The real service as several silos, each a process, behind a gateway of its own, with a Redis of its own.</summary>
public sealed class ServiceCluster : IService, IAsyncDisposable
{
    private readonly TokenMint _tokens = new(TokenMint.BenchKey);

    private ServiceCluster(DataLocation data, RedisServer redis, ClusterProcess gateway, ImmutableArray<ClusterProcess> silos) =>
        (Data, Redis, Gateway, Silos) = (data, redis, gateway, silos);

    /// <summary>The silos' data.</summary>
    public DataLocation Data { get; }

    /// <summary>Where the silos meet.</summary>
    public RedisServer Redis { get; }

    /// <summary>The HTTP side.</summary>
    public ClusterProcess Gateway { get; }

    /// <summary>The silos; always the same number, running or not.</summary>
    public ImmutableArray<ClusterProcess> Silos { get; }

    public HttpClient Http => Gateway.Http;

    /// <summary>Starts a gateway and silos, and waits until all are ready.</summary>
    /// <param name="data">Their data, in PostgreSQL.</param>
    /// <param name="silos">How many.</param>
    /// <param name="settings">Environment variables instead of the cluster's own.</param>
    public static async Task<ServiceCluster> StartAsync(DataLocation data, int silos, IReadOnlyDictionary<string, string>? settings = null)
    {
        var cluster = await CreateAsync(data, silos, settings);
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>Starts what <see cref="CreateAsync"/> made.</summary>
    public async Task StartAsync()
    {
        // The first one alone, since it applies the schema.
        await Silos[0].StartAsync();
        await Task.WhenAll(Silos.Skip(1).Append(Gateway).Select(process => process.StartAsync()));
    }

    /// <summary>A cluster of which only Redis runs.</summary>
    public static async Task<ServiceCluster> CreateAsync(DataLocation data, int silos, IReadOnlyDictionary<string, string>? special = null)
    {
        if (data.DatabaseUrl is not { } database) throw new ArgumentException("A cluster needs PostgreSQL.", nameof(data));
        var redis = await RedisServer.StartAsync();
        Dictionary<string, string> settings = new()
        {
            ["REDIS_URI"] = redis.Address.OriginalString, ["LOG_LEVEL"] = "WARNING", ["RATE_LIMIT_ENABLED"] = "false",
            ["SECRET_KEY"] = TokenMint.BenchKey,
            ["DATA_DIRECTORY"] = data.Directory,
        };
        foreach (var (name, value) in special ?? ImmutableDictionary<string, string>.Empty) settings[name] = value;
        var gateway = new ClusterProcess("gateway", ServiceAssembly.FindGateway(), [], data.Directory, settings);
        settings = new(settings) { ["SILO_COUNT"] = $"{silos}" };
        settings.TryAdd("DATABASE_URL", database.OriginalString);
        return new ServiceCluster(data, redis, gateway,
        [
            .. Enumerable.Range(1, silos)
                .Select(number => new ClusterProcess($"silo-{number}", ServiceAssembly.FindSilo(), ["silo"], data.Directory, settings)),
        ]);
    }

    public TenantClient Client(string tenantId, string role = "admin", string tier = "enterprise") =>
        new(Gateway.Http, _tokens.Mint(tenantId, role, tier), tenantId);

    public IEnumerable<string> LoggedErrors() => Silos.Append(Gateway).SelectMany(process => process.Log.Errors());

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Silos.Append(Gateway)) await process.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
