namespace AgentManagement.Grains.Changes;

/// <summary>
/// How many watch a tenant, by the gateways that they come through. A gateway that takes no batches for a while is gone, and
/// its watchers' reservations with it.
/// </summary>
internal sealed class WatcherReservations(TimeProvider time)
{
    /// <summary>Well beyond the interval in which a gateway that lives takes its batches.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, Gateway> _gateways = new(StringComparer.Ordinal);

    /// <summary>
    /// A gateway's watchers, beside those that were reserved just now and may have crossed this report. They are open already:
    /// none is refused.
    /// </summary>
    public void Report(string gateway, IEnumerable<string> watchers)
    {
        var now = time.GetUtcNow();
        var known = _gateways[gateway] = _gateways.GetValueOrDefault(gateway) ?? new();
        known.SeenAt = now;
        foreach (var old in known.Watchers.Where(each => now - each.Value >= Lifetime).ToList()) known.Watchers.Remove(old.Key);
        foreach (var watcher in watchers) known.Watchers.TryAdd(watcher, now);
    }

    /// <summary>The gateway has taken a batch; false when its reservations have run out meanwhile.</summary>
    public bool TryRenew(string gateway)
    {
        if (!_gateways.TryGetValue(gateway, out var known)) return false;
        known.SeenAt = time.GetUtcNow();
        return true;
    }

    /// <summary>Reserves for a watcher; false when it has none and there are as many as allowed. Again has no effect.</summary>
    public bool TryReserve(string gateway, string watcher, int limit)
    {
        if (_gateways.TryGetValue(gateway, out var known) && known.Watchers.ContainsKey(watcher)) return true;
        var now = time.GetUtcNow();
        if (Count() >= limit)
        {
            foreach (var gone in _gateways.Where(each => now - each.Value.SeenAt > Lifetime).ToList()) _gateways.Remove(gone.Key);
            if (Count() >= limit) return false;
        }
        known = _gateways[gateway] = _gateways.GetValueOrDefault(gateway) ?? new() { SeenAt = now };
        known.Watchers[watcher] = now;
        return true;
    }

    /// <summary>Gives a watcher's reservation back.</summary>
    public void Release(string gateway, string watcher)
    {
        if (_gateways.TryGetValue(gateway, out var known)) known.Watchers.Remove(watcher);
    }

    private int Count() => _gateways.Values.Sum(gateway => gateway.Watchers.Count);

    private sealed class Gateway
    {
        /// <summary>When each was reserved.</summary>
        public Dictionary<string, DateTimeOffset> Watchers { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset SeenAt { get; set; }
    }
}
