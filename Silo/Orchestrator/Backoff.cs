namespace AgentManagement.Silo.Orchestrator;

/// <summary>How long to wait before the next attempt: longer each time, and not all silos at once.</summary>
internal static class Backoff
{
    private const double Growth = 1.5;
    private const double Jitter = 0.2;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="failures">How many attempts have failed, from 1 on.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int failures, double random)
    {
        var pause = First * Math.Min(Math.Pow(Growth, failures - 1), Longest / First);
        pause *= 1 + (Jitter * ((2 * random) - 1));
        return pause < First ? First : pause > Longest ? Longest : pause;
    }
}
