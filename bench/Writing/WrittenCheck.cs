using System.Collections.Concurrent;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Writing;

/// <summary>What is wrong with the data after writers wrote to it.</summary>
/// <param name="Lost">Acknowledged changes that are missing, or have other content.</param>
/// <param name="Doubled">Changes in the log that were never acknowledged, or are there twice.</param>
/// <param name="Problems">Each of them, and what the writers themselves found wrong.</param>
public sealed record WrittenCheck(int Lost, int Doubled, ImmutableArray<string> Problems)
{
    private const int VersionsKept = 1_000;
    private const int Parallelism = 16;

    /// <summary>Compares agents, versions and logs, over REST and in the database, with what the writers know.</summary>
    public static async Task<WrittenCheck> RunAsync(IReadOnlyCollection<AgentWriter> writers, DataLocation data)
    {
        var problems = new ConcurrentBag<string>(writers.SelectMany(writer => writer.Problems));
        var (lost, doubled) = (0, 0);
        var agents = writers.SelectMany(writer => writer.Agents.Select(agent => (writer.Client, Agent: agent)));
        await Parallel.ForEachAsync(agents, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (each, _) =>
            Interlocked.Add(ref lost, await CountLostAsync(each.Client, each.Agent, problems)));
        foreach (var tenant in writers.GroupBy(writer => writer.Client.TenantId))
        {
            var acknowledged = tenant.SelectMany(writer => writer.Agents)
                .SelectMany(agent => Enumerable.Range(1, agent.Version).Select(version => (agent.Id, version))).ToList();
            foreach (var problem in await LogCheck.FindProblemsAsync(tenant.First().Client, data, acknowledged)) problems.Add(problem);
            var (_, rows) = await DatabaseView.ReadLogAsync(data, tenant.Key);
            var logged = rows.Select(row => (row.AgentId, row.Version)).ToHashSet();
            lost += acknowledged.Count(change => !logged.Contains(change));
            doubled += rows.Count - acknowledged.Count(logged.Contains);
        }
        return new(lost, doubled, [.. problems]);
    }

    private static async Task<int> CountLostAsync(TenantClient client, WrittenAgent agent, ConcurrentBag<string> problems)
    {
        var current = await client.GetAsync($"agents/{agent.Id}");
        if (!current.IsSuccess || current.Json().GetProperty("version").GetInt32() != agent.Version)
        {
            problems.Add($"{client.TenantId} {agent.Id}: expected version {agent.Version}, was answered {current}");
        }
        var history = (await client.ListAsync($"agents/{agent.Id}/versions")).Select(item => item.GetProperty("version").GetInt32());
        if (!history.SequenceEqual(Enumerable.Range(1, agent.Version).Reverse()))
        {
            problems.Add($"{client.TenantId} {agent.Id}: the history is not {agent.Version} to 1");
        }
        var lost = 0;
        for (var version = Math.Max(1, agent.Version - VersionsKept + 1); version <= agent.Version; version++)
        {
            var answer = await client.GetAsync($"agents/{agent.Id}/versions/{version}");
            if (answer.IsSuccess && ContentOf(answer.Json()) == agent.Versions[version - 1]) continue;
            lost++;
            problems.Add($"{client.TenantId} {agent.Id}: version {version} should be {agent.Versions[version - 1]}, was answered {answer}");
        }
        return lost;
    }

    private static (string Template, string Status) ContentOf(JsonElement agent) => (
        agent.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString()!,
        agent.GetProperty("status").GetString()!);
}
