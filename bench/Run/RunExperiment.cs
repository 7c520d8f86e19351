using System.Globalization;
using System.Runtime.InteropServices;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Run;

/// <summary>
/// The service beside its references, in one run, in turns, with the same client, content, number of clients and durability.
/// </summary>
public static class RunExperiment
{
    private static readonly ImmutableArray<(string Name, Func<RunField, Task<IEnumerable<Comparison>>> RunAsync)> All =
    [
        ("R1", ReadingPart.RunAsync), ("R2", WritingPart.RunAsync), ("R3", PeerPart.RunAsync), ("R4", ColdPart.RunAsync),
        ("R5", GrowthPart.RunAsync), ("R6", DeliveryPart.RunAsync), ("R7", ClusterPart.RunAsync),
    ];

    /// <summary>The parts of a run.</summary>
    public static ImmutableArray<string> Parts { get; } = [.. All.Select(part => part.Name)];

    /// <summary>Measures, and writes the results.</summary>
    /// <exception cref="FileNotFoundException">A program is missing that it needs.</exception>
    public static async Task<RunReport> RunAsync(RunOptions options, TextWriter output)
    {
        if (!Wrk.IsInstalled || !PgBench.IsInstalled || !RedisServer.IsInstalled)
        {
            throw new FileNotFoundException("wrk, pgbench and redis-server must be installed.");
        }
        var problems = new List<string>();
        await using var servers = await RunServers.StartAsync(options.Database);
        ImmutableArray<string> environment =
        [
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
            $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
            $"PostgreSQL: {string.Join(", ", servers.Settings)}",
            $"{options.Rounds} rounds of {options.Phase.TotalSeconds} s, {RunField.Clients} clients unless another number is named",
        ];
        foreach (var line in environment) output.WriteLine($"  {line}");

        var field = new RunField(options, servers, new(options, output, problems), output, problems);
        var comparisons = new List<Comparison>();
        foreach (var (name, run) in All.Where(part => options.Only.IsEmpty || options.Only.Contains(part.Name)))
        {
            output.WriteLine($"  {name}");
            try
            {
                comparisons.AddRange(await run(field));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The others are worth their time all the same.
                problems.Add($"{name} was not measured: {exception}");
                output.WriteLine($"  {problems[^1]}");
            }
        }
        var report = new RunReport([.. comparisons.SelectMany(each => each.Find())], environment) { Problems = [.. problems] };
        await Results.WriteAsync(report, options.Results);
        output.WriteLine($"  written to {options.Results}");
        return report;
    }
}
