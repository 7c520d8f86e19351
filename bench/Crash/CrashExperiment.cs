using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Crash;

/// <summary>The service is killed again and again while it is written to. No acknowledged write is lost, none is doubled.</summary>
public sealed class CrashExperiment
{
    private const int VersionsKept = 1_000;
    private const int Parallelism = 16;

    private readonly ConcurrentBag<string> _problems = [];
    private int _lost;
    private int _doubled;

    public async Task<CrashReport> RunAsync(CrashOptions options, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var random = new Random(options.Seed);
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        var writers = Enumerable.Range(0, options.Writers)
            .Select(number => new CrashWriter(service.Client($"crash-{number % options.Tenants}"), number, options.Seed)).ToList();
        for (var round = 1; round <= options.Rounds; round++)
        {
            var writing = writers.Select(writer => writer.WriteUntilKilledAsync()).ToList();
            await Task.Delay(random.Next(options.EarliestKill, options.LatestKill));
            await service.KillAsync();
            await Task.WhenAll(writing);
            await service.StartAgainAsync();
            await Task.WhenAll(writers.Select(writer => writer.ResolveAsync()));
            if (round % 10 == 0) output.WriteLine($"  round {round}: {Acknowledged(writers)} acknowledged, {writers.Sum(writer => writer.Problems.Count)} problems");
        }

        await VerifyAsync(writers, data);
        foreach (var problem in service.LoggedErrors()) _problems.Add(problem);
        foreach (var problem in writers.SelectMany(writer => writer.Problems)) _problems.Add(problem);
        return new(
            options.Rounds, Acknowledged(writers), writers.Sum(writer => writer.Counts.CutOff),
            writers.Sum(writer => writer.Counts.Replayed), writers.Sum(writer => writer.Counts.NewlyDone), _lost, _doubled,
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1)) { Problems = [.. _problems] };
    }

    private static int Acknowledged(IEnumerable<CrashWriter> writers) => writers.Sum(writer => writer.Agents.Sum(agent => agent.Version));

    private async Task VerifyAsync(List<CrashWriter> writers, DataLocation data)
    {
        var agents = writers.SelectMany(writer => writer.Agents.Select(agent => (writer.Client, Agent: agent)));
        await Parallel.ForEachAsync(agents, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (each, _) => await VerifyAsync(each.Client, each.Agent));
        foreach (var tenant in writers.GroupBy(writer => writer.Client.TenantId))
        {
            var acknowledged = tenant.SelectMany(writer => writer.Agents)
                .SelectMany(agent => Enumerable.Range(1, agent.Version).Select(version => (agent.Id, version))).ToList();
            foreach (var problem in await LogCheck.FindProblemsAsync(tenant.First().Client, data, acknowledged)) _problems.Add(problem);
            var (_, rows) = await DatabaseView.ReadLogAsync(data, tenant.Key);
            var logged = rows.Select(row => (row.AgentId, row.Version)).ToHashSet();
            _lost += acknowledged.Count(change => !logged.Contains(change));
            _doubled += rows.Count - acknowledged.Count(logged.Contains);
        }
    }

    private async Task VerifyAsync(TenantClient client, WrittenAgent agent)
    {
        var current = await client.GetAsync($"agents/{agent.Id}");
        if (!current.IsSuccess || current.Json().GetProperty("version").GetInt32() != agent.Version)
        {
            _problems.Add($"{client.TenantId} {agent.Id}: expected version {agent.Version}, was answered {current}");
        }
        var history = (await client.ListAsync($"agents/{agent.Id}/versions")).Select(item => item.GetProperty("version").GetInt32());
        if (!history.SequenceEqual(Enumerable.Range(1, agent.Version).Reverse())) _problems.Add($"{client.TenantId} {agent.Id}: the history is not {agent.Version} to 1");
        for (var version = Math.Max(1, agent.Version - VersionsKept + 1); version <= agent.Version; version++)
        {
            var answer = await client.GetAsync($"agents/{agent.Id}/versions/{version}");
            if (answer.IsSuccess && ContentOf(answer.Json()) == agent.Versions[version - 1]) continue;
            Interlocked.Increment(ref _lost);
            _problems.Add($"{client.TenantId} {agent.Id}: version {version} should be {agent.Versions[version - 1]}, was answered {answer}");
        }
    }

    private static (string Template, string Status) ContentOf(JsonElement agent) => (
        agent.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString()!,
        agent.GetProperty("status").GetString()!);
}
