using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Outage;

/// <summary>Reads health and agents at a steady pace, whatever becomes of the answers.</summary>
internal sealed class OutageWatch : IAsyncDisposable
{
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReadPeriod = TimeSpan.FromMilliseconds(50);

    private readonly ImmutableArray<(TenantClient Client, string AgentId)> _agents;
    private readonly IService _service;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<HealthSample> _healths = new();
    private readonly ConcurrentQueue<ReadSample> _reads = new();
    private readonly Task _watching;

    public OutageWatch(IService service, ImmutableArray<(TenantClient, string)> agents)
    {
        (_service, _agents) = (service, agents);
        _watching = Task.WhenAll(RepeatAsync(HealthPeriod, _ => AskHealthAsync()), RepeatAsync(ReadPeriod, ReadAsync));
    }

    /// <summary>Answers of health, in the order in which they came.</summary>
    public IReadOnlyCollection<HealthSample> Healths => _healths;

    /// <summary>Readings of agents.</summary>
    public IReadOnlyCollection<ReadSample> Reads => _reads;

    /// <summary>Reads every agent once, so that it is in memory.</summary>
    public async Task WarmAsync()
    {
        foreach (var (client, agentId) in _agents) await client.GetAsync($"agents/{agentId}");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        _ending.Dispose();
    }

    private async Task RepeatAsync(TimeSpan period, Func<int, Task> ask)
    {
        var (start, running) = (Stopwatch.GetTimestamp(), new List<Task>());
        for (var number = 0; !_ending.IsCancellationRequested; number++)
        {
            running.Add(ask(number));
            var wait = period * (number + 1) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
        }
        await Task.WhenAll(running);
    }

    private async Task AskHealthAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await _service.Http.GetAsync(new Uri("health", UriKind.Relative));
            using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var ill = health.RootElement.GetProperty("parts").EnumerateArray()
                .Where(part => !part.GetProperty("healthy").GetBoolean()).Select(part => part.GetProperty("name").GetString()!);
            _healths.Enqueue(new(asked, Stopwatch.GetTimestamp(), answer.IsSuccessStatusCode, [.. ill]));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            _healths.Enqueue(new(asked, Stopwatch.GetTimestamp(), false, []));
        }
    }

    private async Task ReadAsync(int number)
    {
        var (client, agentId) = _agents[number % _agents.Length];
        var asked = Stopwatch.GetTimestamp();
        string? problem;
        try
        {
            var answer = await client.GetAsync($"agents/{agentId}");
            problem = answer.Status == 200 ? null : answer.ToString();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            problem = exception.Message;
        }
        _reads.Enqueue(new(asked, Stopwatch.GetTimestamp(), problem));
    }
}

/// <summary>An answer of health.</summary>
/// <param name="Asked">Timestamp of the question.</param>
/// <param name="Answered">Timestamp of the answer.</param>
/// <param name="IsHealthy">Whether its status was 200.</param>
/// <param name="Ill">The parts that it says are ill.</param>
internal sealed record HealthSample(long Asked, long Answered, bool IsHealthy, ImmutableArray<string> Ill);

/// <summary>A reading of an agent.</summary>
/// <param name="Asked">Timestamp of the question.</param>
/// <param name="Answered">Timestamp of the answer.</param>
/// <param name="Problem">What was answered instead of the agent; else null.</param>
internal sealed record ReadSample(long Asked, long Answered, string? Problem);
