using System.Diagnostics;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Bench.Alerts;

/// <summary>Does what makes alerts fire, waits for them, and keeps what was seen.</summary>
internal sealed class AlertWatch(PrometheusServer prometheus, TextWriter output)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>What fired, and how long after what it tells of.</summary>
    public List<(string Name, TimeSpan After)> Fired { get; } = [];

    public List<string> Problems { get; } = [];

    /// <summary>Nothing may fire.</summary>
    public async Task AssertSilentAsync(string when)
    {
        if (await prometheus.FiringAsync() is { Count: > 0 } early) Problems.Add($"{when} there fire {string.Join(", ", early)}");
    }

    /// <summary>Lets something go wrong.</summary>
    /// <param name="what">In words.</param>
    /// <param name="expected">The alerts that must fire.</param>
    /// <param name="strike">Does it.</param>
    /// <param name="patience">How long they may take.</param>
    public async Task StepAsync(string what, string[] expected, Func<Task> strike, TimeSpan? patience = null)
    {
        var start = Stopwatch.GetTimestamp();
        await strike();
        var missing = expected.ToHashSet(StringComparer.Ordinal);
        while (missing.Count > 0 && Stopwatch.GetElapsedTime(start) < (patience ?? Timeout))
        {
            foreach (var name in (await prometheus.FiringAsync()).Where(missing.Remove)) Fired.Add((name, Stopwatch.GetElapsedTime(start)));
            await Task.Delay(Look);
        }
        output.WriteLine($"  {what}: {string.Join(", ", expected.Except(missing))}");
        if (missing.Count > 0) Problems.Add($"{what}, and there did not fire {string.Join(", ", missing)}");
    }

    /// <summary>Mends it again.</summary>
    /// <param name="what">In words.</param>
    /// <param name="ending">The alerts that must end.</param>
    /// <param name="mend">Does it.</param>
    public async Task EndAsync(string what, string[] ending, Func<Task> mend)
    {
        var start = Stopwatch.GetTimestamp();
        await mend();
        while ((await prometheus.FiringAsync()).Intersect(ending).ToArray() is { Length: > 0 } firing)
        {
            await Task.Delay(Look);
            if (Stopwatch.GetElapsedTime(start) < Timeout) continue;
            Problems.Add($"{what}, and there still fire {string.Join(", ", firing)}");
            return;
        }
    }
}
