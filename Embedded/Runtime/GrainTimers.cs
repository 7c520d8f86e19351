namespace Orleans.Runtime;

/// <summary>The timers of one activation; they end with it.</summary>
internal sealed class GrainTimers
{
    private readonly Lock gate = new();
    private readonly HashSet<GrainTimer> timers = [];
    private bool ended;

    /// <summary>Keeps a timer; an activation that has ended its timers starts no new ones.</summary>
    public void Add(GrainTimer timer)
    {
        lock (gate)
        {
            if (!ended)
            {
                timers.Add(timer);
                return;
            }
        }

        timer.Dispose();
    }

    public void Remove(GrainTimer timer)
    {
        lock (gate)
        {
            timers.Remove(timer);
        }
    }

    public void End()
    {
        GrainTimer[] all;
        lock (gate)
        {
            ended = true;
            all = [.. timers];
        }

        Array.ForEach(all, timer => timer.Dispose());
    }
}
