using Microsoft.Extensions.Time.Testing;

namespace AgentManagement.Tests.Support;

/// <summary>A clock that only moves when a test says so, and knows which timers wait for it.</summary>
public sealed class ManualTimeProvider() : FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Lock _lock = new();
    private readonly List<WaitingTimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WaitingTimer(this);
        timer.Inner = base.CreateTimer(
            _ =>
            {
                timer.Fired();
                callback(state);
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Whether a timer comes due after exactly that time.</summary>
    public bool HasTimerIn(TimeSpan time) => TimersIn(time) > 0;

    /// <summary>How many timers come due after exactly that time.</summary>
    public int TimersIn(TimeSpan time)
    {
        lock (_lock) return _timers.Count(timer => timer.Due == GetUtcNow() + time);
    }

    private sealed class WaitingTimer(ManualTimeProvider clock) : ITimer
    {
        private TimeSpan _period;

        public ITimer Inner { get; set; } = null!;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                Wait(dueTime);
                return Inner.Change(dueTime, period);
            }
        }

        public void Fired()
        {
            lock (clock._lock) Wait(_period);
        }

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Wait(TimeSpan time)
        {
            clock._timers.Remove(this);
            if (time == Timeout.InfiniteTimeSpan) return;
            Due = clock.GetUtcNow() + time;
            clock._timers.Add(this);
        }
    }
}
