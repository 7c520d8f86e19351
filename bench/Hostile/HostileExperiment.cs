using System.Collections.Concurrent;
using System.Diagnostics;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Hostile;

/// <summary>How the hostile experiment is run.</summary>
/// <param name="Database">See <see cref="DataLocation.CreateAsync"/>.</param>
/// <param name="Requests">How many to send.</param>
/// <param name="Seed">Request n of a seed is always the same.</param>
/// <param name="First">The first to send: with one request, repeats it.</param>
public sealed record HostileOptions(string Database, int Requests, int Seed = 1, int First = 0);

/// <summary>What the hostile experiment found.</summary>
public sealed record HostileReport(
    int Requests, int Seed, ImmutableSortedDictionary<int, int> Statuses, int Kinds, double Slowest, bool IsStateUnchanged, bool IsAlive)
        : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("requests", Requests), ("seed", Seed), ("kinds of them", Kinds),
        .. Statuses.Select(status => ($"  answered {status.Key}", (object)status.Value)),
        ("slowest answer, ms", Slowest), ("state unchanged", IsStateUnchanged), ("service alive", IsAlive),
    ];
}

/// <summary>Whatever is sent, the answer is a documented refusal, nothing changes and the service lives.</summary>
public sealed class HostileExperiment
{
    private const int Parallelism = 8;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly string[] OddCorrelationIds =
        ["a b", "\u00c3\u00a9", "{}", "a;b", new('c', 129), "<script>", "' or 1=1", "a\tb", "usable-id"];

    private readonly ConcurrentBag<(int Index, string Problem)> _problems = [];
    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private readonly ConcurrentDictionary<string, bool> _kinds = [];
    private readonly ConcurrentBag<double> _durations = [];

    public async Task<HostileReport> RunAsync(HostileOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        return await RunAsync(options, service, output);
    }

    /// <summary>On a service that runs.</summary>
    public async Task<HostileReport> RunAsync(HostileOptions options, ServiceProcess service, TextWriter output)
    {
        await HostileWorld.PrepareAsync(service);
        var world = new HostileWorld(service.Tokens);
        var before = await HostileWorld.ReadStateAsync(service);

        var indexes = Enumerable.Range(options.First, options.Requests);
        await Parallel.ForEachAsync(indexes, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (index, _) =>
        {
            var request = Generate(options.Seed, index, world);
            if (options.Requests == 1) output.WriteLine($"  {request.Describe()}");
            _kinds[request.Kind] = true;
            if (await TryAsync(service, request) is { } problem)
            {
                _problems.Add((index, $"seed {options.Seed}, request {index}: {problem}; {request.Describe()}"));
            }
        });

        var isUnchanged = before == await HostileWorld.ReadStateAsync(service);
        foreach (var problem in service.LoggedErrors()) _problems.Add((int.MaxValue, problem));
        if (!isUnchanged) _problems.Add((-1, "the state of a tenant has changed"));
        if (!service.IsAlive) _problems.Add((-1, $"the service has ended:\n{service.LogTail()}"));
        return new(
            options.Requests, options.Seed, _statuses.ToImmutableSortedDictionary(), _kinds.Count,
            Math.Round(_durations.DefaultIfEmpty().Max()), isUnchanged, service.IsAlive)
        {
            Problems = [.. _problems.OrderBy(each => each.Index).Select(each => each.Problem)],
        };
    }

    private async Task<string?> TryAsync(ServiceProcess service, HostileRequest request)
    {
        using var patience = new CancellationTokenSource(Timeout);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await RawHttp.SendAsync(service.EndPoint, request.ToBytes(), patience.Token);
            _durations.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            return AnswerCheck.FindProblem(request, answer);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return $"no answer: {exception.Message}";
        }
    }

    private static HostileRequest Generate(int seed, int index, HostileWorld world)
    {
        var random = new Random(unchecked(seed * 1_000_003 + index));
        var request = random.Next(10) switch
        {
            0 or 1 or 2 => HostileJson.Make(random, world),
            3 or 4 or 5 => HostileContent.Make(random, world),
            6 => HostileHeaders.Make(random, world),
            7 or 8 => HostileAddresses.Make(random, world),
            _ => HostileTokens.Make(random, world),
        };
        // An odd correlation id is no reason to refuse, but must not come back.
        return random.Next(3) == 0 ? request.With("X-Correlation-ID", random.GetItems(OddCorrelationIds, 1)[0]) : request;
    }
}
