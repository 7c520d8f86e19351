namespace AgentManagement.Tests.ClusterClient;

/// <summary>A clock on which every wait is over at once: whoever waits moves it.</summary>
internal sealed class HastyClock : TimeProvider
{
    private static readonly ITimer Fired = System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>How long all waits together would have taken.</summary>
    public TimeSpan Waited { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Waited.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waited += dueTime;
        callback(state);
        return Fired;
    }
}

/// <summary>A clock on which no wait ever ends, and which tells when one has begun.</summary>
internal sealed class StandingClock : TimeProvider
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends once somebody waits.</summary>
    public Task Asked => _asked.Task;

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _asked.TrySetResult();
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
