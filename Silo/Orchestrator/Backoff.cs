namespace AgentManagement.Silo.Orchestrator;

/// <summary>How long to wait before the next attempt: longer each time, and not all silos at once.</summary>
internal static class Backoff
{
    private const double Growth = 1.5;
    private const double Jitter = 0.2;
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    /// <param name="failures">How many attempts have failed, from 1 on.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(int failures, double random)
    {
        var delay = Min * Math.Min(Math.Pow(Growth, failures - 1), Max / Min);
        delay *= 1 + (Jitter * ((2 * random) - 1));
        return delay < Min ? Min : delay > Max ? Max : delay;
    }
}
