using System.Diagnostics;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Outage;

/// <summary>
/// The servers that the service needs fail while it is read and written: health tells, reading goes on, writes are done or refused
/// with a time to come back, all is back by itself, and nothing acknowledged is lost.
/// </summary>
public sealed class OutageExperiment
{
    private const int AgentsOfWriter = 4;
    private static readonly TimeSpan Warmth = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WriterInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestUntold = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly List<string> _problems = [];

    /// <summary>The names of all outages.</summary>
    public static ImmutableArray<string> Names => ServiceServers.Names;

    /// <summary>The names of outages that can be made on this machine.</summary>
    public static ImmutableArray<string> Possible => ServiceServers.Possible;

    public async Task<OutageReport> RunAsync(OutageOptions options, TextWriter output)
    {
        await using var servers = await ServiceServers.StartAsync();
        await using var data = await DataLocation.CreateAsync(servers.Postgres.Address.OriginalString);
        var settings = servers.Settings(data.DatabaseUrl!);
        await using var cluster = options.Silos > 0 ? await ServiceCluster.StartAsync(data, options.Silos, settings) : null;
        await using var process = cluster is null ? await ServiceProcess.StartAsync(data, settings) : null;
        IService service = cluster is null ? process! : cluster;

        var writers = Enumerable.Range(0, options.Tenants)
            .Select(number => new AgentWriter(service.Client($"outage-{number}"), number, options.Seed, AgentsOfWriter)).ToList();
        using var ending = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteAsync(WriterInterval, ending.Token)).ToList();
        await Task.Delay(Warmth);
        while (writers.Exists(writer => writer.Acknowledgements.Count == 0)) await Task.Delay(WriterInterval);
        await using var watch = new OutageWatch(service, [.. writers.Select(writer => (writer.Client, writer.Agents[0].Id))]);

        var figures = ImmutableArray.CreateBuilder<OutageFigures>();
        foreach (var name in options.Outages)
        {
            await watch.WarmAsync();
            var refusedBefore = Refused();
            await servers.BeginAsync(name);
            var begun = Stopwatch.GetTimestamp();
            var remaining = options.Length - Stopwatch.GetElapsedTime(begun);
            if (remaining > TimeSpan.Zero) await Task.Delay(remaining);
            var ended = Stopwatch.GetTimestamp();
            await servers.EndAsync(name);
            var back = await ReturnAsync(writers, watch);
            figures.Add(Judge(name, writers, watch, begun, ended, back, Refused() - refusedBefore));
            output.WriteLine($"  {name}: back after {figures[^1].BackAfter.TotalSeconds:0.0} s");
        }
        await ending.CancelAsync();
        await Task.WhenAll(writing);

        var found = await WrittenCheck.RunAsync(writers, data);
        if (writers.Sum(writer => writer.Repeated.Unanswered) is > 0 and var unanswered)
        {
            _problems.Add($"{unanswered} writes got no answer");
        }
        return new(figures.ToImmutable(), writers.Sum(writer => writer.Acknowledgements.Count), found.Lost, found.Doubled)
        {
            Problems = [.. _problems, .. found.Problems],
        };

        int Refused() => writers.Sum(writer => writer.Repeated.Unavailable);
    }

    /// <summary>The moment at which health is well again and every writer has been answered that asked after now.</summary>
    private static async Task<long> ReturnAsync(List<AgentWriter> writers, OutageWatch watch)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < Timeout)
        {
            // The last health of all, and for each writer the first answer: any later time is the writers' own doing.
            var healthy = watch.Healths.LastOrDefault(each => each.Answered > from) is { IsHealthy: true };
            if (healthy && writers.TrueForAll(writer => writer.Acknowledgements.ToArray().Any(each => each.Acknowledged > from))) break;
            await Task.Delay(50);
        }
        return Stopwatch.GetTimestamp();
    }

    private OutageFigures Judge(string name, List<AgentWriter> writers, OutageWatch watch, long begun, long ended, long back, int refused)
    {
        var healths = watch.Healths.Where(each => each.Asked >= begun && each.Asked < ended).ToList();
        var reads = watch.Reads.Where(each => each.Asked >= begun && each.Asked < ended).ToList();
        var told = healths.Find(each => ServiceServers.Ill(name).Any(each.Ill.Contains));
        TimeSpan? toldAfter = told is null ? null : Stopwatch.GetElapsedTime(begun, told.Answered);
        var failed = reads.Where(each => each.Problem is not null).ToList();
        var longestHealth = Distribution.Of(healths.Select(each => Stopwatch.GetElapsedTime(each.Asked, each.Answered)));
        var backAfter = Stopwatch.GetElapsedTime(ended, back);

        var acknowledged = writers.Sum(writer => writer.Acknowledgements.ToArray()
            .Count(each => each.Acknowledged >= begun && each.Acknowledged < ended));
        // What is written may fit for a while into what PostgreSQL had taken of the volume before: then there is nothing to tell of yet.
        var isFelt = name != ServiceServers.Disk || refused > acknowledged / 10;
        if (isFelt && (toldAfter is not { } after || after > LongestUntold))
        {
            _problems.Add($"{name}: health did not tell within {LongestUntold.TotalSeconds} s");
        }
        if (longestHealth.Max > LongestUntold) _problems.Add($"{name}: health took {longestHealth.Max.TotalSeconds:0.0} s to answer");
        if (healths.Exists(each => each.Ill.Contains("silo"))) _problems.Add($"{name}: health says that the silo does not answer");
        if (backAfter > LongestReturn) _problems.Add($"{name}: {backAfter.TotalSeconds:0.0} s after its end not all was back");
        if (reads.Count == 0) _problems.Add($"{name}: nothing was read");
        _problems.AddRange(failed.GroupBy(each => each.Problem)
            .Select(each => $"{name}: {each.Count()} of {reads.Count} readings: {each.Key}"));
        return new(
            name, toldAfter, longestHealth, Distribution.Of(reads.Select(each => Stopwatch.GetElapsedTime(each.Asked, each.Answered))),
            failed.Count,
            acknowledged, refused, backAfter);
    }
}
