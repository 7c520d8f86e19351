using System.Collections.Concurrent;
using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Load;

/// <summary>All kinds of requests at a steady rate for a long time: no error, and neither memory nor handles grow.</summary>
public sealed class SteadyExperiment
{
    private const int Tenants = 8;
    private const int AgentsOfTenant = 10;

    // What the mean may grow by over the time that is judged.
    private const double MaxGrowth = 0.1;
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<TimeSpan> _durations = [];
    private readonly ConcurrentQueue<string> _problems = new();
    private int _made;

    public async Task<SteadyReport> RunAsync(SteadyOptions options, TextWriter output)
    {
        await using var redis = RedisServer.IsInstalled ? await RedisServer.StartAsync() : null;
        await using var data = await DataLocation.CreateAsync(options.Database);
        var settings = new Dictionary<string, string>();
        if (redis is not null) settings["REDIS_URI"] = redis.Address.OriginalString;
        await using var service = await ServiceProcess.StartAsync(data, settings);
        var tenants = Enumerable.Range(0, Tenants).Select(number => service.Client($"steady-{number}")).ToList();
        foreach (var tenant in tenants)
        {
            for (var agent = 0; agent < AgentsOfTenant; agent++) await ExpectAsync(
                tenant.PutAsync($"agents/bot-{agent}", AgentBodies.Complete($"Bot {agent}")), 201);
        }
        _durations.Clear();

        var random = new Random(options.Seed);
        using var ending = new CancellationTokenSource();
        var watchers = tenants.Select(tenant => WatchAsync(service, tenant, ending.Token)).ToList();
        var (start, running) = (Stopwatch.GetTimestamp(), new List<Task>());
        List<(TimeSpan, double)> memory = [], handles = [];
        var nextSample = options.Duration / 2;
        for (var number = 0; Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < options.Duration; number++)
        {
            running.Add(AskAsync(tenants[random.Next(Tenants)], random.Next(100), random.Next(AgentsOfTenant)));
            if (elapsed >= nextSample)
            {
                memory.Add((elapsed, service.MemoryBytes() / 1e6));
                handles.Add((elapsed, service.CountHandles()));
                nextSample += SamplePeriod;
                running.RemoveAll(task => task.IsCompleted);
                if (memory.Count % 12 == 0)
                {
                    output.WriteLine(
                        $"  {elapsed.TotalMinutes:0} min: {_durations.Count} requests, {memory[^1].Item2:0} MB, {handles[^1].Item2:0} "
                        + $"handles, {_problems.Count} problems");
                }
            }
            var wait = TimeSpan.FromSeconds((number + 1.0) / options.Rate) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
        }
        await Task.WhenAll(running);
        await ending.CancelAsync();
        var heard = (await Task.WhenAll(watchers)).Sum();

        var (memorySlope, handleSlope) = (Slope.Of(memory), Slope.Of(handles));
        if (memorySlope.Gained > memorySlope.Mean * MaxGrowth) _problems.Enqueue($"memory grows: {memorySlope}");
        if (handleSlope.Gained > handleSlope.Mean * MaxGrowth) _problems.Enqueue($"handles grow: {handleSlope}");
        return new()
        {
            Answered = _durations.Count, Latency = Distribution.Of(_durations), Heard = heard, Memory = memorySlope, Handles = handleSlope,
            Problems = [.. _problems, .. service.LoggedErrors()],
        };
    }

    private Task AskAsync(TenantClient tenant, int kind, int agent)
    {
        var path = $"agents/bot-{agent}";
        var number = Interlocked.Increment(ref _made);
        return kind switch
        {
            < 40 => ExpectAsync(tenant.GetAsync(path), 200),
            < 55 => ExpectAsync(tenant.GetAsync("agents?limit=20&sort=-updatedAt"), 200),
            < 62 => ExpectAsync(tenant.GetAsync($"{path}/versions?limit=10"), 200),
            < 66 => ExpectAsync(tenant.GetAsync("tenant"), 200),
            < 70 => ExpectAsync(tenant.GetAsync("audit?limit=20"), 200),
            < 88 => ExpectAsync(tenant.SendAsync(
                HttpMethod.Patch, path, $$$$"""{"config":{"instructions":{"template":"Number {{{{number}}}}."}}}"""), 200),
            < 93 => ExpectAsync(tenant.PostAsync("agents/validate", AgentBodies.Complete("Valid")), 200),
            < 98 => LiveAsync(tenant, $"agents/short-{number}"),
            < 99 => ExpectAsync(tenant.GetAsync("export"), 200),
            _ => ExpectAsync(tenant.GetAsync("audit/verify"), 200),
        };
    }

    /// <summary>An agent from its creation to its end.</summary>
    private async Task LiveAsync(TenantClient tenant, string path)
    {
        await ExpectAsync(tenant.PutAsync(path, AgentBodies.Complete("Short")), 201);
        await ExpectAsync(tenant.PostAsync($"{path}/activate", "{}"), 200);
        await ExpectAsync(tenant.SendAsync(HttpMethod.Delete, path, null), 204);
        await ExpectAsync(tenant.SendAsync(HttpMethod.Delete, $"{path}?purge=true", null), 204);
    }

    private async Task ExpectAsync(Task<Answer> asking, int status)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var answer = await asking;
            if (answer.Status == status) _durations.Add(Stopwatch.GetElapsedTime(start));
            else _problems.Enqueue($"expected {status}, was answered {answer}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            _problems.Enqueue($"expected {status}, was not answered: {exception.Message}");
        }
    }

    /// <summary>Follows the tenant's changes over server-sent events; returns how many there were.</summary>
    private async Task<long> WatchAsync(ServiceProcess service, TenantClient tenant, CancellationToken ending)
    {
        var heard = 0L;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/changes");
            request.Headers.Authorization = new("Bearer", service.Tokens.Mint(tenant.TenantId));
            using var answer = await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(ending));
            while (await reader.ReadLineAsync(ending) is { } line)
            {
                if (line.StartsWith("id:", StringComparison.Ordinal)) heard++;
            }
            _problems.Enqueue("a watcher was cut off");
        }
        catch (OperationCanceledException)
        {
            // The experiment has ended.
        }
        return heard;
    }
}
