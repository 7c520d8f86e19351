using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;
using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Update;

/// <summary>
/// A cluster of another build becomes one of this build while it is written to, as deploy.md says: the schema first, then one silo
/// after the other, the gateway last. Nothing acknowledged is lost, none is done twice.
/// </summary>
public static class UpdateExperiment
{
    private const int AgentsOfWriter = 4;
    private static readonly TimeSpan WriterInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MigrationTimeout = TimeSpan.FromMinutes(5);

    public static async Task<UpdateReport> RunAsync(UpdateOptions options, TextWriter output)
    {
        var (silo, gateway) = ServiceAssembly.FindIn(options.Previous);
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var cluster = await ServiceCluster.CreateAsync(data, options.Silos);
        foreach (var each in cluster.Silos) each.Assembly = silo;
        cluster.Gateway.Assembly = gateway;
        await cluster.StartAsync();

        var writers = Enumerable.Range(0, options.Writers)
            .Select(number => new AgentWriter(cluster.Client($"update-{number % 4}"), number, options.Seed, AgentsOfWriter)).ToList();
        using var ending = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteAsync(WriterInterval, ending.Token)).ToList();
        await Task.Delay(options.Mixed);

        await MigrateAsync(data);
        output.WriteLine($"  migrated: {Acknowledged(writers)} acknowledged");
        await Task.Delay(options.Mixed);
        var mixedFrom = Stopwatch.GetTimestamp();
        foreach (var process in cluster.Silos.Append(cluster.Gateway))
        {
            await process.StopAsync();
            process.Assembly = process == cluster.Gateway ? ServiceAssembly.FindGateway() : ServiceAssembly.FindSilo();
            await process.StartAsync();
            output.WriteLine($"  {process.Name} is of this build: {Acknowledged(writers)} acknowledged");
            await Task.Delay(options.Mixed);
        }
        var mixedTo = Stopwatch.GetTimestamp();
        await ending.CancelAsync();
        await Task.WhenAll(writing);

        var found = await WrittenCheck.RunAsync(writers, data);
        var acknowledgements = writers.SelectMany(writer => writer.Acknowledgements).ToList();
        return new()
        {
            Acknowledged = acknowledgements.Count,
            BesideEachOther = acknowledgements.Count(each => each.Acknowledged > mixedFrom && each.Acknowledged < mixedTo),
            Repeated = Repetitions.Sum(writers.Select(writer => writer.Repeated)),
            Lost = found.Lost, Doubled = found.Doubled,
            Latency = Distribution.Of(acknowledgements.Select(each => Stopwatch.GetElapsedTime(each.Asked, each.Acknowledged))),
            Problems = [.. found.Problems],
        };
    }

    private static int Acknowledged(List<AgentWriter> writers) => writers.Sum(writer => writer.Acknowledgements.Count);

    private static async Task MigrateAsync(DataLocation data)
    {
        var settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = data.DatabaseUrl!.OriginalString, ["DATA_DIRECTORY"] = data.Directory,
        };
        var log = new ServiceLog(Path.Combine(data.Directory, "migrate.log"));
        await using var migration =
            ChildProcess.Start(ChildProcess.DotNet(ServiceAssembly.FindSilo(), data.Directory, ["migrate"], settings), log.Path);
        if (await migration.WaitForExitAsync(MigrationTimeout) != 0)
        {
            throw new InvalidOperationException($"The migration failed:\n{log.Tail()}");
        }
    }
}
