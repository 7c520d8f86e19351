namespace AgentManagement.Changes;

/// <summary>Who watches a tenant. A watcher that has not read for a while is gone, whether it said so or not.</summary>
internal sealed class Watchers(TimeProvider time)
{
    /// <summary>Beyond the time between two readings of one that lives.</summary>
    private static readonly TimeSpan Lifetime = IFeedGrain.LongestPatience * 3;

    private readonly Dictionary<string, DateTimeOffset> _lastSeen = new(StringComparer.Ordinal);

    /// <summary>Notes that a watcher reads; false when it is none of those who have a place.</summary>
    public bool Sees(string watcher)
    {
        if (!_lastSeen.ContainsKey(watcher)) return false;
        _lastSeen[watcher] = time.GetUtcNow();
        return true;
    }

    /// <summary>Gives a watcher a place; false when it is new and there are as many as allowed.</summary>
    public bool TryEnter(string watcher, int limit)
    {
        var now = time.GetUtcNow();
        if (!_lastSeen.ContainsKey(watcher) && _lastSeen.Count >= limit)
        {
            foreach (var gone in _lastSeen.Where(each => now - each.Value > Lifetime).Select(each => each.Key).ToList()) _lastSeen.Remove(gone);
            if (_lastSeen.Count >= limit) return false;
        }
        _lastSeen[watcher] = now;
        return true;
    }

    /// <summary>Frees the watcher's place.</summary>
    public void Leave(string watcher) => _lastSeen.Remove(watcher);
}
