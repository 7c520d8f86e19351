using System.Diagnostics;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Chaos;

/// <summary>What can happen to a cluster. Each returns once everything that it struck runs again.</summary>
internal sealed class Faults(ServiceCluster cluster, PostgreSqlServer? postgres, Random random, TimeSpan longestFreeze, TextWriter output)
{
    /// <summary>The names of <see cref="StrikeAsync"/>.</summary>
    public static readonly ImmutableArray<string> Names = ["kill", "freeze", "roll", "all", "redis", "postgresql"];

    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServerOutage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestFreeze = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RevivalTimeout = TimeSpan.FromSeconds(30);

    private readonly List<string> _problems = [];

    /// <summary>What did not go as it must.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public Task StrikeAsync(string name) => name switch
    {
        "kill" => KillOneAsync(),
        "freeze" => FreezeOneAsync(),
        "roll" => RollAsync(),
        "all" => KillAllAsync(),
        "redis" => LoseRedisAsync(),
        "postgresql" => CrashPostgreSqlAsync(),
        _ => throw new ArgumentException($"There is no fault '{name}'."),
    };

    /// <summary>A silo dies and comes back, as whatever supervises it would have it.</summary>
    private async Task KillOneAsync()
    {
        var silo = AnySilo();
        await silo.KillAsync();
        await Task.Delay(RestartDelay);
        await silo.StartAsync();
    }

    /// <summary>A silo hangs. When it goes on the others have taken over, and it must notice and end.</summary>
    private async Task FreezeOneAsync()
    {
        var silo = AnySilo();
        await silo.FreezeAsync();
        await Task.Delay(ShortestFreeze + (longestFreeze - ShortestFreeze) * random.NextDouble());
        await silo.ThawAsync();
        using var patience = new CancellationTokenSource(RevivalTimeout);
        while (silo.IsAlive && !patience.IsCancellationRequested) await Task.Delay(100);
        if (silo.IsAlive && !await silo.IsReadyAsync()) _problems.Add($"{silo.Name} went on after its freeze, and is not ready");
        if (silo.IsAlive) return;
        await silo.KillAsync();
        await silo.StartAsync();
    }

    /// <summary>Every silo is stopped and started again, one after the other.</summary>
    private async Task RollAsync()
    {
        foreach (var silo in cluster.Silos)
        {
            var start = Stopwatch.GetTimestamp();
            if (!await silo.StopAsync()) _problems.Add($"{silo.Name} did not end by itself");
            var ended = Stopwatch.GetElapsedTime(start);
            await silo.StartAsync();
            output.WriteLine(
                $"  {silo.Name} ended in {ended.TotalSeconds:0.0} s, ready after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        }
    }

    private async Task KillAllAsync()
    {
        await Task.WhenAll(cluster.Silos.Select(silo => silo.KillAsync()));
        await Task.WhenAll(cluster.Silos.Select(silo => silo.StartAsync()));
    }

    /// <summary>Redis dies and comes back empty; then a silo dies, to see whether the silos still find each other.</summary>
    private async Task LoseRedisAsync()
    {
        await cluster.Redis.KillAsync();
        await Task.Delay(ServerOutage);
        await cluster.Redis.StartAgainAsync();
        await Task.Delay(ServerOutage);
        await KillOneAsync();
    }

    private async Task CrashPostgreSqlAsync()
    {
        if (postgres is null) throw new InvalidOperationException("This fault needs --database own.");
        await postgres.KillAsync();
        await Task.Delay(ServerOutage);
        await postgres.StartAgainAsync();
    }

    private ClusterProcess AnySilo() => cluster.Silos[random.Next(cluster.Silos.Length)];
}
