using System.Collections.Concurrent;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Quota;

/// <summary>What the quota experiment found on a cluster.</summary>
public sealed record QuotaChaosReport : ExperimentReport
{
    /// <summary>With a new tenant each.</summary>
    public required int Rounds { get; init; }

    /// <summary>Creations that were asked for at once, over all rounds.</summary>
    public required int Sent { get; init; }

    /// <summary>Those that were done.</summary>
    public required int Created { get; init; }

    /// <summary>Those that found no place.</summary>
    public required int Refused { get; init; }

    /// <summary>Silos that were killed while creations waited for their answer.</summary>
    public required int Kills { get; init; }

    /// <summary>Why creations had to be repeated.</summary>
    public required Repetitions Repeated { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("rounds", Rounds), ("silos killed while creations ran", Kills), ("concurrent creations", Sent), ("created", Created),
        ("refused: quota_exceeded", Refused), .. Repeated.Figures("repeated", "the key was in use"),
    ];
}

/// <summary>A limit is met exactly, whichever silos die while many requests meet it.</summary>
public sealed class QuotaChaos
{
    private const int AgentLimit = 50;
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);

    private readonly List<string> _problems = [];
    private readonly ConcurrentBag<RepeatingClient> _clients = [];
    private int _kills;

    public async Task<QuotaChaosReport> RunAsync(QuotaOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var cluster = await ServiceCluster.StartAsync(data, options.Silos);
        return await RunAsync(options, cluster, output);
    }

    /// <summary>On a cluster that runs.</summary>
    public async Task<QuotaChaosReport> RunAsync(QuotaOptions options, ServiceCluster cluster, TextWriter output)
    {
        var random = new Random(options.Seed);
        var (created, refused) = (0, 0);
        for (var round = 0; round < options.Rounds; round++)
        {
            var before = _kills;
            var client = cluster.Client($"quota-{round}");
            var answers = await RunRoundAsync(client, cluster, options.Requests, random);
            var acknowledged = answers.Where(answer => answer.IsSuccess).Select(answer => answer.Json())
                .Select(agent => (agent.GetProperty("id").GetString()!, agent.GetProperty("version").GetInt32())).ToList();
            var full = answers.Count(answer => answer is { Status: 409, Code: "quota_exceeded" });
            await CheckAsync(client, cluster.Data, answers, acknowledged, full);
            output.WriteLine($"  round {round + 1}: {acknowledged.Count} created, {full} refused, {_kills - before} silos killed");
            (created, refused) = (created + acknowledged.Count, refused + full);
        }
        return new()
        {
            Rounds = options.Rounds, Sent = options.Rounds * options.Requests, Created = created, Refused = refused, Kills = _kills,
            Repeated = Repetitions.Sum(_clients.Select(client => client.Repeated)),
            Problems = [.. _problems],
        };
    }

    /// <summary>All creations at once; from the first answers on silos are killed and started again, until all are answered.</summary>
    private async Task<Answer[]> RunRoundAsync(TenantClient client, ServiceCluster cluster, int requests, Random random)
    {
        var repeating = new RepeatingClient(client);
        _clients.Add(repeating);
        var answered = 0;
        // The first kill comes in the middle of what the limit admits.
        var enough = random.Next(1, AgentLimit);
        var strike = new TaskCompletionSource<List<ClusterProcess>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var creations = Task.WhenAll(Enumerable.Range(0, requests).Select(async index =>
        {
            var body = AgentBodies.Complete($"Agent {index}");
            var answer = index % 2 == 0
                ? await repeating.SendAsync(HttpMethod.Put, $"agents/agent-{index}", body, $"create-{index}")
                : await repeating.SendAsync(HttpMethod.Post, "agents", body, $"create-{index}");
            // At once, before the answer is passed on: the others may be answered within milliseconds.
            if (Interlocked.Increment(ref answered) == enough) strike.SetResult(Strike(cluster, random));
            return answer;
        }));
        var struck = await strike.Task;
        while (true)
        {
            await Task.WhenAll(struck.Select(silo => silo.KillAsync()));
            await Task.Delay(RestartDelay);
            await Task.WhenAll(struck.Select(silo => silo.StartAsync()));
            await Task.WhenAny(creations, Task.Delay(TimeSpan.FromSeconds(2 * random.NextDouble())));
            if (creations.IsCompleted) return await creations;
            struck = Strike(cluster, random);
        }
    }

    /// <summary>Kills all silos but at least one, if there are several.</summary>
    private List<ClusterProcess> Strike(ServiceCluster cluster, Random random)
    {
        var struck = random.GetItems([.. cluster.Silos], cluster.Silos.Length).Distinct().Take(Math.Max(1, cluster.Silos.Length - 1))
            .ToList();
        foreach (var silo in struck) silo.Kill();
        _kills += struck.Count;
        return struck;
    }

    private async Task CheckAsync(
        TenantClient client, DataLocation data, Answer[] answers, List<(string AgentId, int Version)> acknowledged, int refused)
    {
        foreach (var other in answers.Where(answer => !answer.IsSuccess && answer is not { Status: 409, Code: "quota_exceeded" }))
        {
            Report($"neither done nor refused by the quota: {other}");
        }
        if ((acknowledged.Count, refused) != (AgentLimit, answers.Length - AgentLimit))
        {
            Report($"{acknowledged.Count} created and {refused} refused of {answers.Length}");
        }
        var used = (await client.GetAsync("tenant")).Json().GetProperty("usage").GetProperty("agents").GetInt32();
        if (used != AgentLimit) Report($"GET /tenant tells {used} agents");
        var listed = (await client.ListAsync("agents")).Select(agent => agent.GetProperty("id").GetString()!).Order();
        if (!listed.SequenceEqual(acknowledged.Select(each => each.AgentId).Order())) Report("the list is not what was acknowledged");
        // The log only grows: a creation beyond the limit would be in it even if it had been undone.
        _problems.AddRange(await LogCheck.FindProblemsAsync(client, data, acknowledged));

        void Report(string problem) => _problems.Add($"{client.TenantId}: {problem}");
    }
}
