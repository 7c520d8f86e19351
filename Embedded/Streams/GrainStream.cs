using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>One stream, as the code that asked for it sees it.</summary>
internal sealed class GrainStream<T>(MemoryStreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    public StreamId StreamId => streamId;

    public string ProviderName => provider.Name;

    public Task OnNextAsync(T item, StreamSequenceToken? token)
    {
        provider.Publish(streamId, item);
        return Task.CompletedTask;
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer)
    {
        var subscription = provider.CreateSubscription(streamId);
        var handle = ResumeAsync(subscription.Id, observer);
        provider.Add(subscription); // After the observer is there: from here on items may come.
        return handle;
    }

    public Task<StreamSubscriptionHandle<T>> ResumeAsync(Guid subscriptionId, IAsyncObserver<T> observer)
    {
        provider.CurrentConsumer.Attach(subscriptionId, new((item, token) => observer.OnNextAsync((T)item!, token), observer.OnErrorAsync));
        return Task.FromResult(new StreamSubscriptionHandle<T>(subscriptionId, this));
    }

    public Task UnsubscribeAsync(Guid subscriptionId)
    {
        provider.CurrentConsumer.Detach(subscriptionId);
        provider.Remove(streamId, subscriptionId);
        return Task.CompletedTask;
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => Task.FromResult<IList<StreamSubscriptionHandle<T>>>(
        [.. provider.FindSubscriptions(streamId).Select(id => new StreamSubscriptionHandle<T>(id, this))]);
}
