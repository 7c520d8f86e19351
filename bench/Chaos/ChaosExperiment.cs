using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Chaos;

/// <summary>Parts of a cluster fail while it is written to. No acknowledged write is lost, none is done twice, no reading is old.</summary>
public static class ChaosExperiment
{
    /// <summary>The word for a PostgreSQL of the experiment's own.</summary>
    public const string OwnDatabase = "own";

    private const int AgentsOfWriter = 4;
    private const int Readers = 4;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public static async Task<ChaosReport> RunAsync(ChaosOptions options, TextWriter output)
    {
        await using var postgres = options.Database == OwnDatabase ? await PostgreSqlServer.StartAsync() : null;
        await using var data = await DataLocation.CreateAsync(postgres?.Address.OriginalString ?? options.Database);
        await using var cluster = await ServiceCluster.StartAsync(data, options.Silos);
        return await RunAsync(options, cluster, postgres, output);
    }

    /// <summary>On a cluster that runs.</summary>
    /// <param name="options">How it is run.</param>
    /// <param name="cluster">What fails.</param>
    /// <param name="postgres">Its database, where that is to fail, too.</param>
    /// <param name="output">Is told of each fault.</param>
    public static async Task<ChaosReport> RunAsync(
        ChaosOptions options, ServiceCluster cluster, PostgreSqlServer? postgres, TextWriter output)
    {
        var random = new Random(options.Seed);
        var faults = new Faults(cluster, postgres, random, options.LongestFreeze, output);
        var writers = Enumerable.Range(0, options.Writers)
            .Select(number => new AgentWriter(cluster.Client($"chaos-{number % options.Tenants}"), number, options.Seed, AgentsOfWriter))
                .ToList();

        using var ending = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        var writing = writers.Select(writer => writer.WriteAsync(TimeSpan.FromMilliseconds(options.WriterInterval), ending.Token)).ToList();
        var readers = Enumerable.Range(0, Readers).Select(number => new OrderReader(writers, options.Seed + number)).ToList();
        var reading = readers.Select(reader => reader.ReadAsync(ending.Token)).ToList();
        await Task.Delay(Quiet);
        var struck = new List<long>();
        while (Stopwatch.GetElapsedTime(start) < options.Duration || struck.Count < options.Faults.Length)
        {
            var fault = options.Faults[struck.Count % options.Faults.Length];
            struck.Add(Stopwatch.GetTimestamp());
            await faults.StrikeAsync(fault);
            var pause = options.MinDelay
                + (options.MaxDelay - options.MinDelay) * random.NextDouble() - Stopwatch.GetElapsedTime(struck[^1]);
            if (pause > TimeSpan.Zero) await Task.Delay(pause);
            output.WriteLine(
                $"  fault {struck.Count}: {writers.Sum(writer => writer.Acknowledgements.Count)} acknowledged after "
                + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        }
        await Task.Delay(Quiet);
        await ending.CancelAsync();
        await Task.WhenAll([.. writing, .. reading]);
        var elapsed = Stopwatch.GetElapsedTime(start);

        var found = await WrittenCheck.RunAsync(writers, cluster.Data);
        return new()
        {
            Faults = struck.Count, Acknowledged = writers.Sum(writer => writer.Acknowledgements.Count), Lost = found.Lost,
            Doubled = found.Doubled,
            Repeated = Repetitions.Sum(writers.Select(writer => writer.Repeated)),
            Unavailability = Distribution.Of(Unavailability(writers, struck)),
            Latency = Distribution.Of(writers.SelectMany(writer => writer.Acknowledgements)
                .Select(each => Stopwatch.GetElapsedTime(each.Asked, each.Acknowledged))),
            Read = readers.Sum(reader => reader.Answered), NotRead = readers.Sum(reader => reader.Unanswered),
            Stale = readers.Sum(reader => reader.Problems.Count),
            Elapsed = elapsed, Problems = [.. found.Problems, .. readers.SelectMany(reader => reader.Problems), .. faults.Problems],
        };
    }

    /// <summary>For each fault and each agent: the longest that one of its requests waited, counted from the fault.</summary>
    private static IEnumerable<TimeSpan> Unavailability(List<AgentWriter> writers, List<long> struck)
    {
        for (var index = 0; index < struck.Count; index++)
        {
            var (from, to) = (struck[index], index + 1 < struck.Count ? struck[index + 1] : long.MaxValue);
            foreach (var writer in writers)
            {
                foreach (var agent in writer.Acknowledgements.Where(each => each.Acknowledged >= from && each.Asked < to)
                    .GroupBy(each => each.AgentId))
                {
                    yield return agent.Max(each => Stopwatch.GetElapsedTime(Math.Max(each.Asked, from), each.Acknowledged));
                }
            }
        }
    }
}
