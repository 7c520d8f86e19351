using System.Diagnostics;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Crash;

/// <summary>The service is killed again and again while it is written to. No acknowledged write is lost, none is doubled.</summary>
public static class CrashExperiment
{
    // A service that is to die by itself does so after some batches of changes.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public static async Task<CrashReport> RunAsync(CrashOptions options, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var random = new Random(options.Seed);
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data, options.Death?.Invoke(1));
        var writers = Enumerable.Range(0, options.Writers)
            .Select(number => new AgentWriter(service.Client($"crash-{number % options.Tenants}"), number, options.Seed)).ToList();
        for (var round = 1; round <= options.Rounds; round++)
        {
            var writing = writers.Select(writer => writer.WriteUntilKilledAsync()).ToList();
            if (options.Death is null)
            {
                await Task.Delay(random.Next(options.EarliestKill, options.LatestKill));
                await service.KillAsync();
            }
            else
            {
                await service.DieAsync(Timeout);
            }
            await Task.WhenAll(writing);
            if (options.Death is { } death)
            {
                service.Settings.Clear();
                if (round < options.Rounds) foreach (var (name, value) in death(round + 1)) service.Settings[name] = value;
            }
            await service.StartAgainAsync();
            await Task.WhenAll(writers.Select(writer => writer.ResolveAsync()));
            if (round % 10 == 0)
            {
                output.WriteLine(
                    $"  round {round}: {Acknowledged(writers)} acknowledged, {writers.Sum(writer => writer.Problems.Count())} problems");
            }
        }

        var found = await WrittenCheck.RunAsync(writers, data);
        return new(
            options.Rounds, Acknowledged(writers), writers.Sum(writer => writer.Counts.CutOff),
            writers.Sum(writer => writer.Counts.Replayed), writers.Sum(writer => writer.Counts.NewlyDone), found.Lost, found.Doubled,
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1))
        { Problems = [.. found.Problems, .. service.LoggedErrors()] };
    }

    private static int Acknowledged(IEnumerable<AgentWriter> writers) => writers.Sum(writer => writer.Agents.Sum(agent => agent.Version));
}
