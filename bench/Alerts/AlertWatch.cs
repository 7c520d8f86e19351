using System.Collections.Concurrent;
using System.Diagnostics;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Alerts;

/// <summary>Does what makes alerts fire, waits for them, and keeps what was seen.</summary>
internal sealed class AlertWatch(PrometheusServer prometheus, TextWriter output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>What fired, in this order.</summary>
    public ConcurrentQueue<SeenAlert> Seen { get; } = [];

    public ConcurrentQueue<string> Problems { get; } = [];

    /// <summary>Nothing may fire.</summary>
    public async Task AssertSilentAsync(string when)
    {
        if (await prometheus.FiringAsync() is { Count: > 0 } early) Problems.Enqueue($"{when} there fire {string.Join(", ", early)}");
    }

    /// <summary>Lets something go wrong.</summary>
    /// <param name="what">In words.</param>
    /// <param name="expected">The alerts that must fire, and not of what was before.</param>
    /// <param name="strike">Does it, until they fire.</param>
    /// <param name="patience">How long they may take.</param>
    public async Task StepAsync(string what, string[] expected, Func<CancellationToken, Task> strike, TimeSpan? patience = null)
    {
        await EndAsync($"before {what}", expected, _ => Task.CompletedTask);
        using var enough = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        var striking = strike(enough.Token);
        var missing = expected.ToHashSet(StringComparer.Ordinal);
        while (missing.Count > 0 && !striking.IsFaulted && Stopwatch.GetElapsedTime(start) < (patience ?? Timeout))
        {
            foreach (var name in (await prometheus.FiringAsync()).Where(missing.Remove))
            {
                Seen.Enqueue(new(name, Stopwatch.GetElapsedTime(start)));
            }
            await Task.Delay(Look);
        }
        await enough.CancelAsync();
        await striking;
        output.WriteLine($"  {what}: {string.Join(", ", expected.Except(missing))}");
        if (missing.Count > 0) Problems.Enqueue($"{what}, and there did not fire {string.Join(", ", missing)}");
    }

    /// <summary>Mends it again.</summary>
    /// <param name="what">In words.</param>
    /// <param name="ending">The alerts that must end, and be silent together.</param>
    /// <param name="mend">Does it, until they have ended.</param>
    /// <param name="patience">How long they may take.</param>
    public async Task EndAsync(string what, string[] ending, Func<CancellationToken, Task> mend, TimeSpan? patience = null)
    {
        using var enough = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        var mending = mend(enough.Token);
        var ended = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        while (ended.Count < ending.Length && !mending.IsFaulted && Stopwatch.GetElapsedTime(start) < (patience ?? Timeout))
        {
            await Task.Delay(Look);
            var firing = await prometheus.FiringAsync();
            foreach (var name in ending)
            {
                if (firing.Contains(name)) ended.Remove(name);
                else ended.TryAdd(name, Stopwatch.GetElapsedTime(start));
            }
        }
        await enough.CancelAsync();
        await mending;
        foreach (var (name, after) in ended)
        {
            if (Seen.LastOrDefault(alert => alert.Name == name) is { } alert) alert.EndedAfter ??= after;
        }
        if (ended.Count < ending.Length) Problems.Enqueue($"{what}, and there still fire {string.Join(", ", ending.Except(ended.Keys))}");
    }
}
