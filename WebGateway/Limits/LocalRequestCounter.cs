using System.Collections.Concurrent;

namespace AgentManagement.WebGateway.Limits;

/// <summary>Counts the requests of this gateway.</summary>
internal sealed class LocalRequestCounter(TimeProvider time) : IRequestCounter
{
    private readonly ConcurrentDictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private long _swept;

    public ValueTask<(bool IsAdmitted, SlidingWindow Window)> CountAsync(string key, int limit)
    {
        var (minute, elapsed) = SlidingWindow.MinuteOf(time.GetUtcNow());
        Sweep(minute);
        return ValueTask.FromResult(_counts.GetOrAdd(key, _ => new()).TryAdd(minute, elapsed, limit));
    }

    /// <summary>Whose requests are counted; for tests.</summary>
    internal int Keys => _counts.Count;

    // Once a minute: those of whom nothing was heard since before the last one.
    private void Sweep(long minute)
    {
        var swept = Interlocked.Read(ref _swept);
        if (swept == minute || Interlocked.CompareExchange(ref _swept, minute, swept) != swept) return;
        foreach (var (key, counts) in _counts)
        {
            if (counts.Minute < minute - 1) _counts.TryRemove(key, out _);
        }
    }

    private sealed class Counts
    {
        private readonly Lock _gate = new();
        private long _before;
        private long _now;

        public long Minute { get; private set; }

        public (bool, SlidingWindow) TryAdd(long minute, TimeSpan elapsed, int limit)
        {
            lock (_gate)
            {
                if (minute != Minute) (_before, _now, Minute) = (minute == Minute + 1 ? _now : 0, 0, minute);
                var window = new SlidingWindow(limit, _before, _now, elapsed);
                return window.HasRoom ? (true, window with { Now = ++_now }) : (false, window);
            }
        }
    }
}
