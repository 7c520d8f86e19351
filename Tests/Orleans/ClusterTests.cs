using System.Diagnostics;
using AgentManagement.Bench.Chaos;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Quota;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using AgentManagement.Tests.Bench;

namespace AgentManagement.Tests.Orleans;

/// <summary>Several silos and a gateway, each a process, with a Redis of their own.</summary>
[Collection(LongestFirst.Clusters)]
public sealed class ClusterTests(ClusterTests.Shared shared, ITestOutputHelper output) : IClassFixture<ClusterTests.Shared>
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_when_parts_of_a_cluster_fail()
    {
        var report = await ChaosExperiment.RunAsync(
            new(BenchDatabase.Of("postgresql"), ["kill", "freeze"], TimeSpan.FromSeconds(12), MinDelay: TimeSpan.FromSeconds(8),
                MaxDelay: TimeSpan.FromSeconds(10), LongestFreeze: TimeSpan.FromSeconds(8), Writers: 8, WriterInterval: 100),
            await shared.StartedAsync(), postgres: null, TextWriter.Null);
        Check(report);
        Assert.Equal((0, 0, 0), (report.Lost, report.Doubled, report.Stale));
        Assert.InRange(report.Faults, 2, int.MaxValue);
        Assert.NotEqual(0, report.Read);
    }

    [Fact]
    public async Task A_limit_is_met_exactly_while_silos_are_killed()
    {
        var report = await new QuotaChaos().RunAsync(
            new(BenchDatabase.Of("postgresql"), Rounds: 1, Silos: Shared.Silos), await shared.StartedAsync(), TextWriter.Null);
        Check(report);
        Assert.Equal((50, 150), (report.Created, report.Refused));
        Assert.InRange(report.Kills, 1, int.MaxValue);
    }

    [Fact]
    public async Task The_sample_of_a_service_reads_and_follows()
    {
        var cluster = await shared.StartedAsync();
        var tenant = cluster.Client("acme");
        await tenant.PutAsync("agents/bot", """{"name":"Bot","type":"rag","config":{}}""");

        var log = new ServiceLog(Path.Combine(cluster.Data.Directory, "sample.log"));
        await using var sample = ChildProcess.Start(
            ChildProcess.DotNet(
                Sample, cluster.Data.Directory, ["acme"],
                new Dictionary<string, string> { ["REDIS_URI"] = cluster.Redis.Address.OriginalString }),
            log.Path);
        var version = 1;
        await UntilAsync(async () =>
        {
            // Again and again, since the sample tells of changes from its start on only.
            await tenant.PutAsync("agents/bot", $$"""{"name":"Bot {{++version}}","type":"rag","config":{ } }""");
            return log.Tail().Contains("agent_updated bot version", StringComparison.Ordinal);
        }, log);
        await sample.StopAsync(TimeSpan.FromSeconds(20));
        // Not of its end alone: what breaks off a connection at the stop is told at length after it.
        Assert.Contains("stopped", log.Tail(int.MaxValue), StringComparison.Ordinal);
    }

    private static string Sample => ServiceAssembly.Find()
        .Replace($"{Path.DirectorySeparatorChar}App{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}ConfigurationReader{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        .Replace("AgentManagement.App.dll", "AgentManagement.Samples.ConfigurationReader.dll", StringComparison.Ordinal);

    private static async Task UntilAsync(Func<Task<bool>> isSo, ServiceLog log)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
            {
                Assert.Fail($"Waited in vain. The sample printed:\n{log.Tail()}");
            }
            await Task.Delay(200);
        }
    }

    private void Check(ExperimentReport report)
    {
        using var text = new StringWriter();
        report.Print(text);
        output.WriteLine(text.ToString());
        Assert.True(report.IsGood, text.ToString());
    }

    /// <summary>One cluster for all of them: whatever a test strikes runs again when it ends.</summary>
    public sealed class Shared : IAsyncDisposable
    {
        internal const int Silos = 3;

        private DataLocation? _data;
        private ServiceCluster? _cluster;

        public async ValueTask DisposeAsync()
        {
            if (_cluster is not null) await _cluster.DisposeAsync();
            if (_data is not null) await _data.DisposeAsync();
        }

        /// <summary>Starts it when it is first asked for; skips the test where there can be none.</summary>
        internal async Task<ServiceCluster> StartedAsync()
        {
            if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
            _data ??= await DataLocation.CreateAsync(BenchDatabase.Of("postgresql"));
            return _cluster ??= await ServiceCluster.StartAsync(_data, Silos);
        }
    }
}
