using System.Diagnostics;

namespace AgentManagement.Bench.Service;

/// <summary>Waits until a process of the service says that it is ready.</summary>
public static class Readiness
{
    /// <summary>Answers 200 once requests can be served.</summary>
    public const string Ready = "health/ready";

    /// <summary>Answers 200 once the process listens.</summary>
    public const string Live = "health/live";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks the probe until it answers 200.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or patience did; holds the end of its output.</exception>
    public static async Task WaitAsync(HttpClient http, ChildProcess process, ServiceLog log, string probe = Ready)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Timeout)
        {
            if (!process.IsAlive) throw new InvalidOperationException($"The service ended while it started:\n{log.Tail()}");
            try
            {
                using var answer = await http.GetAsync(new Uri(probe, UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(PollingInterval);
        }
        throw new InvalidOperationException($"The service was not ready after {Timeout.TotalSeconds} seconds:\n{log.Tail()}");
    }
}
