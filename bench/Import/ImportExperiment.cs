using System.Collections.Concurrent;
using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Import;

/// <summary>
/// Real agents go in, are edited and rolled back, and come out byte for byte; then the service is killed, and everything
/// that it had acknowledged is there, once.
/// </summary>
public sealed class ImportExperiment
{
    private const int Parallelism = 8;

    private readonly ConcurrentBag<string> _problems = [];
    private int _readings;

    public async Task<ImportReport> RunAsync(ImportOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        return await RunAsync(options, service, output);
    }

    /// <summary>On a service that runs.</summary>
    public async Task<ImportReport> RunAsync(ImportOptions options, ServiceProcess service, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var (agents, texts, lost) = RealAgents.Read(options.Path, options.MaxAgents);
        foreach (var problem in lost) _problems.Add(problem);

        var placed = agents.Select((agent, index) => (Agent: agent, Client: service.Client($"import-{index % options.Tenants}"))).ToList();
        var acknowledged = new ConcurrentBag<(string Tenant, string Agent, int Version)>();
        var lastBodies = new ConcurrentDictionary<(string Tenant, string Agent), byte[]>();
        await EachAsync(placed, async (agent, client) =>
        {
            foreach (var version in await LiveAsync(agent, client)) acknowledged.Add((client.TenantId, agent.Id, version));
            lastBodies[(client.TenantId, agent.Id)] = (await client.GetAsync($"agents/{agent.Id}")).Body;
        });
        output.WriteLine($"  {agents.Length} agents written; killing the service");

        await service.KillAsync();
        await service.StartAgainAsync();
        await EachAsync(placed, async (agent, client) =>
        {
            await VerifyVersionsAsync(agent, client);
            var again = await client.GetAsync($"agents/{agent.Id}");
            if (!again.Body.AsSpan().SequenceEqual(lastBodies[(client.TenantId, agent.Id)]))
            {
                Report(agent, $"reads otherwise after the kill: {again}");
            }
        });
        foreach (var tenant in acknowledged.GroupBy(each => each.Tenant))
        {
            var client = service.Client(tenant.Key);
            var expected = tenant.Select(each => (each.Agent, each.Version)).ToList();
            foreach (var problem in await LogCheck.FindProblemsAsync(client, service.Data, expected)) _problems.Add(problem);
            var listed = (await client.ListAsync("agents")).Select(item => item.GetProperty("id").GetString())
                .Order(StringComparer.Ordinal);
            if (!listed.SequenceEqual(expected.Select(each => each.Agent).Distinct().Order(StringComparer.Ordinal)))
            {
                _problems.Add($"{tenant.Key}: the list has other agents than were created");
            }
        }
        foreach (var problem in service.LoggedErrors()) _problems.Add(problem);
        return new(agents.Length, texts, options.Tenants, acknowledged.Count, _readings, Stopwatch.GetElapsedTime(start))
        {
            Problems = [.. _problems],
        };
    }

    /// <summary>Creates the agent, edits it, rolls it back; returns the versions that were acknowledged.</summary>
    private async Task<List<int>> LiveAsync(MappedAgent agent, TenantClient client)
    {
        var versions = new List<int>();
        var created = await client.PostAsync("agents", agent.Body);
        if (!Acknowledge(created, 201, 1) || !Compare(agent, agent.Body, created)) return versions;

        var edited = await client.PutAsync($"agents/{agent.Id}", agent.EditedBody(), ("If-Match", created.EntityTag!));
        if (!Acknowledge(edited, 200, 2) || !Compare(agent, agent.EditedBody(), edited)) return versions;

        var stale = await client.PutAsync($"agents/{agent.Id}", agent.Body, ("If-Match", created.EntityTag!));
        if (stale.Status != 412) Report(agent, $"a PUT with an old If-Match was answered {stale}");

        var rolledBack = await client.PostAsync($"agents/{agent.Id}/rollback", """{"toVersion":1}""");
        if (Acknowledge(rolledBack, 200, 3)) Compare(agent, agent.Body, rolledBack);
        await VerifyVersionsAsync(agent, client);
        return versions;

        bool Acknowledge(Answer answer, int status, int version)
        {
            if (answer.IsSuccess) versions.Add(answer.Json().GetProperty("version").GetInt32());
            if (answer.Status == status && versions[^1] == version && answer.EntityTag == $"\"{version}\"") return true;
            Report(agent, $"expected {status} with version {version}, was answered {answer}");
            return false;
        }
    }

    private async Task VerifyVersionsAsync(MappedAgent agent, TenantClient client)
    {
        Compare(agent, agent.Body, await client.GetAsync($"agents/{agent.Id}"));
        foreach (var version in (int[])[1, 2, 3])
        {
            Compare(agent, version == 2 ? agent.EditedBody() : agent.Body, await client.GetAsync($"agents/{agent.Id}/versions/{version}"));
        }
        var history = (await client.ListAsync($"agents/{agent.Id}/versions")).Select(item => item.GetProperty("version").GetInt32());
        if (!history.SequenceEqual([3, 2, 1])) Report(agent, "the history is not 3, 2, 1");
    }

    private bool Compare(MappedAgent agent, string sent, Answer answer)
    {
        Interlocked.Increment(ref _readings);
        if (!answer.IsSuccess)
        {
            Report(agent, $"was answered {answer}");
            return false;
        }
        var differences = MappedAgent.Differences(sent, answer.Json()).ToList();
        if (differences.Count > 0) Report(agent, $"reads other than it was written in {string.Join(", ", differences)}");
        return differences.Count == 0;
    }

    private void Report(MappedAgent agent, string problem) => _problems.Add($"{agent.Id}: {problem}");

    private static Task EachAsync(List<(MappedAgent Agent, TenantClient Client)> all, Func<MappedAgent, TenantClient, Task> work) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (each, _) =>
            await work(each.Agent, each.Client));
}
