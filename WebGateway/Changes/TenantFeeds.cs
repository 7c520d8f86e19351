namespace AgentManagement.WebGateway.Changes;

/// <summary>The feeds of the tenants that somebody watches through this gateway: one for each, while there is a connection.</summary>
internal sealed class TenantFeeds(IClusterClient cluster, TimeProvider time, ILogger<TenantFeed> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TenantFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>How the tenants' feeds know this gateway by.</summary>
    public string Gateway { get; } = Guid.NewGuid().ToString("n");

    /// <summary>Adds a connection, which from now on gets what the tenant's feed says.</summary>
    public void Add(string tenantId, FeedSubscription subscription)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(tenantId, out var feed)) _feeds[tenantId] = feed = new(tenantId, Gateway, cluster, time, logger);
            feed.Add(subscription);
        }
    }

    /// <summary>Removes it, and with the last one the feed.</summary>
    public void Remove(string tenantId, FeedSubscription subscription)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(tenantId, out var feed) || !feed.Remove(subscription)) return;
            _feeds.Remove(tenantId);
            feed.Dispose();
        }
    }
}
