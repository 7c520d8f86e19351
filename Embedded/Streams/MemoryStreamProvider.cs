using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Streams in memory: who is subscribed to which, and what waits for whom. Nothing of it survives the process.</summary>
internal sealed class MemoryStreamProvider : IStreamProvider
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamId, List<Subscription>> _subscriptions = [];
    private readonly GrainRuntime _runtime;
    private readonly StreamConsumer _client;
    private long _published;

    public MemoryStreamProvider(string name, GrainRuntime runtime) => (Name, _runtime, _client) = (name, runtime, new(runtime, grain: null));

    public string Name { get; }

    /// <summary>Where the observers of the current code belong.</summary>
    public StreamConsumer CurrentConsumer => TurnScheduler.Current?.StreamConsumer ?? _client;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new GrainStream<T>(this, streamId);

    /// <summary>Queues the item for everybody who is subscribed now.</summary>
    public void Publish(StreamId streamId, object? item)
    {
        _runtime.ThrowIfUnavailable();
        var (copy, context) = (new CopyContext().Copy(item), RequestContext.Copy());
        var implicitly = GrainClasses.SubscribedTo(streamId.GetNamespace());
        lock (_gate)
        {
            var accepted = new StreamItem(++_published, copy, context);
            foreach (var grainClass in implicitly) AddInLock(Subscription.Implicit(streamId, Name, grainClass.Name));
            foreach (var subscription in _subscriptions.GetValueOrDefault(streamId, []))
            {
                if (subscription.Add(accepted)) Start(subscription);
            }
        }
    }

    /// <summary>A subscription of the current code, still to be added.</summary>
    public Subscription CreateSubscription(StreamId streamId) => ImplicitOfCaller(streamId)
        ?? new(Guid.NewGuid(), streamId, GrainRuntime.CurrentCaller, isImplicit: false);

    public void Add(Subscription subscription)
    {
        lock (_gate)
        {
            if (!subscription.IsImplicit) AddInLock(subscription);
        }
    }

    /// <summary>Ends an explicit subscription.</summary>
    public void Remove(StreamId streamId, Guid subscriptionId)
    {
        lock (_gate)
        {
            var found = _subscriptions.GetValueOrDefault(streamId, []).Find(subscription => subscription.Id == subscriptionId);
            if (found is not { IsImplicit: false }) return;
            found.Clear();
            RemoveInLock(found);
        }
    }

    /// <summary>Which subscriptions the current code has.</summary>
    public List<Guid> FindSubscriptions(StreamId streamId)
    {
        if (ImplicitOfCaller(streamId) is { } subscription) return [subscription.Id];
        var consumer = GrainRuntime.CurrentCaller;
        lock (_gate)
        {
            return [.. _subscriptions.GetValueOrDefault(streamId, []).Where(found => found.Consumer == consumer).Select(found => found.Id)];
        }
    }

    /// <summary>The next item that waits; null when there is none, and whoever delivers is to stop.</summary>
    public StreamItem? Take(Subscription subscription, out int lost)
    {
        lock (_gate)
        {
            var item = subscription.Take(out lost);
            if (item is null && subscription.IsImplicit) RemoveInLock(subscription); // The next item makes it anew.
            return item;
        }
    }

    private void Start(Subscription subscription)
    {
        var delivery = new StreamDelivery(this, subscription, subscription.Consumer.IsClient() ? _client : null, _runtime);
        using (ExecutionContext.SuppressFlow()) _ = Task.Run(delivery.RunAsync);
    }

    private Subscription? ImplicitOfCaller(StreamId streamId)
    {
        var caller = GrainRuntime.CurrentCaller;
        return Array.Exists(GrainClasses.SubscribedTo(streamId.GetNamespace()), grainClass => grainClass.Name == caller.Type)
            ? Subscription.Implicit(streamId, Name, caller.Type) : null;
    }

    private void AddInLock(Subscription subscription)
    {
        if (!_subscriptions.TryGetValue(subscription.StreamId, out var list)) _subscriptions[subscription.StreamId] = list = [];
        if (!list.Exists(other => other.Id == subscription.Id)) list.Add(subscription);
    }

    private void RemoveInLock(Subscription subscription)
    {
        var list = _subscriptions[subscription.StreamId];
        list.Remove(subscription);
        if (list.Count == 0) _subscriptions.Remove(subscription.StreamId);
    }
}
