using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.ClusterClient;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Changes;

/// <summary>
/// This gateway's watch of one tenant: it hands what comes to all connections that watch the tenant here, and waits for none
/// of them. <see cref="TenantFeeds"/> adds and removes them, one at a time.
/// </summary>
internal sealed class TenantFeed : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly string _tenantId;
    private readonly string _gateway;
    private readonly IClusterClient _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationToken _ended;
    private ImmutableArray<FeedSubscription> _subscriptions = [];

    public TenantFeed(string tenantId, string gateway, IClusterClient cluster, TimeProvider time, ILogger logger)
    {
        (_tenantId, _gateway, _cluster, _time, _logger) = (tenantId, gateway, cluster, time, logger);
        _ended = _ending.Token;
        // Not as a part of the request with which it begins.
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(RunAsync);
    }

    public void Add(FeedSubscription subscription)
    {
        if (!_subscriptions.Contains(subscription)) _subscriptions = _subscriptions.Add(subscription);
    }

    /// <summary>Returns whether it was the last one.</summary>
    public bool Remove(FeedSubscription subscription)
    {
        _subscriptions = _subscriptions.Remove(subscription);
        if (subscription.Watcher is { } watcher)
        {
            using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => ReleaseAsync(watcher, subscription.Opening));
        }
        return _subscriptions.IsEmpty;
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        var hasFailed = false;
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                long? published = null;
                var watch = FeedWatch.FollowAsync(
                    _cluster, () => Caller.Service(_tenantId), new() { Gateway = _gateway }, Watchers, _time, _ended);
                await foreach (var batch in watch)
                {
                    hasFailed = false;
                    // Not the heartbeats, but the first one: a connection that knows less than it finds the rest in the log.
                    var isHeartbeat = batch.Changes.IsEmpty && batch.Notices.IsEmpty && !batch.MustResync;
                    if (isHeartbeat && batch.Revision == published) continue;
                    foreach (var subscription in _subscriptions) subscription.Publish(batch);
                    published = batch.Revision;
                    EventLog.Delivered(_logger, _tenantId, "watchers", batch.Changes);
                }
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (!hasFailed) _logger.LogError(LogEvents.FeedFailed, exception, "A tenant's feed cannot be watched; it is tried again");
                hasFailed = true;
                await Task.Delay(RetryDelay, _time, _ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ImmutableArray<string> Watchers() => [.. _subscriptions.Select(subscription => subscription.Watcher).OfType<string>()];

    /// <summary>Gives a reservation back. What cannot be given back before the feed ends runs out by itself.</summary>
    private async Task ReleaseAsync(string watcher, Task opening)
    {
        // So that it is not reserved afterwards.
        await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Caller.Current = Caller.Service(_tenantId);
        do
        {
            try
            {
                await _cluster.Bind<IFeedGrain>(GrainKeys.Tenant(_tenantId)).ReleaseAsync(_gateway, watcher);
                return;
            }
            catch (GrainCallException)
            {
                await Task.Delay(RetryDelay, _time, _ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!_ended.IsCancellationRequested);
    }
}
