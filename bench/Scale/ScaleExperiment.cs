using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Scale;

/// <summary>A third silo joins two that hold many active agents, while some of them are read and others written.</summary>
public static partial class ScaleExperiment
{
    private const int Tenants = 20;
    private const int Writers = 4;
    private const int Parallelism = 16;
    private static readonly TimeSpan LoadInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    public static async Task<ScaleReport> RunAsync(ScaleOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var cluster = await ServiceCluster.CreateAsync(
            data, silos: 3, new Dictionary<string, string> { ["MAX_AGENTS_PER_TENANT"] = $"{options.Agents}" });
        await cluster.Silos[0].StartAsync();
        await Task.WhenAll(cluster.Silos[1].StartAsync(), cluster.Gateway.StartAsync());
        var clients = Enumerable.Range(0, Tenants).Select(number => cluster.Client($"scale-{number}")).ToList();
        await Parallel.ForAsync(0, options.Agents, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, _) =>
            await clients[number % Tenants].PutAsync($"agents/bot-{number}", AgentBodies.Complete("Bot")));

        var writers = Enumerable.Range(0, Writers)
            .Select(number => new AgentWriter(cluster.Client($"writer-{number}"), number, options.Seed)).ToList();
        using var ending = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteAsync(LoadInterval, ending.Token)).ToList();
        var reading = ReadAsync(clients, options, ending.Token);
        var before = await Task.WhenAll(cluster.Silos.Take(2).Select(CountAsync));
        await cluster.Silos[2].StartAsync();
        var after = before;
        for (var time = TimeSpan.Zero; time < Length; time += LookInterval)
        {
            await Task.Delay(LookInterval);
            after = await Task.WhenAll(cluster.Silos.Select(CountAsync));
            output.WriteLine($"  {time + LookInterval:mm\\:ss} active agents: {string.Join(", ", after)}");
        }
        await ending.CancelAsync();
        await Task.WhenAll(writing);
        var (read, failed) = await reading;
        var found = await WrittenCheck.RunAsync(writers, data);
        return new()
        {
            Before = before, After = after, Read = read, FailedReads = failed,
            Acknowledged = writers.Sum(writer => writer.Acknowledgements.Count),
            Repeated = Repetitions.Sum(writers.Select(writer => writer.Repeated)), Lost = found.Lost, Doubled = found.Doubled,
            Problems =
            [
                .. found.Problems,
                .. after[2] < after.Sum() / 6 ? (string[])["The silo that joined has less than half of its share"] : [],
                .. failed > 0 ? (string[])[$"{failed} readings failed"] : [],
            ],
        };
    }

    private static async Task<(int Read, int Failed)> ReadAsync(List<TenantClient> clients, ScaleOptions options, CancellationToken ending)
    {
        var (random, read, failed) = (new Random(options.Seed), 0, 0);
        for (; !ending.IsCancellationRequested; read++)
        {
            var number = random.Next(options.Agents);
            if (!(await clients[number % Tenants].GetAsync($"agents/bot-{number}")).IsSuccess) failed++;
            await Task.Delay(LoadInterval * random.NextDouble(), CancellationToken.None);
        }
        return (read, failed);
    }

    private static async Task<int> CountAsync(ClusterProcess silo)
    {
        var agents = Agents().Match(await silo.Http.GetStringAsync(new Uri("metrics", UriKind.Relative)));
        return agents.Success ? int.Parse(agents.Groups["count"].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("""^orleans_catalog_activations\{[^}]*grain_type="agent"[^}]*\} (?<count>\d+)""", RegexOptions.Multiline)]
    private static partial Regex Agents();
}
