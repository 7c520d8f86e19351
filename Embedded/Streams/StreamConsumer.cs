using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams;

/// <summary>What items are delivered to, beside the grain; the interface that call filters see deliveries under, as in Orleans.</summary>
internal interface IStreamConsumerExtension : IAddressable
{
    Task DeliverItem(Guid subscriptionId, string providerName, StreamId streamId, object? item, long number);

    Task ErrorInStream(Guid subscriptionId, Exception exception);
}

/// <summary>The observers of one activation, or of the client.</summary>
internal sealed class StreamConsumer(GrainRuntime runtime, Grain? grain) : IStreamConsumerExtension
{
    private readonly ConcurrentDictionary<Guid, Observer> _observers = new();

    public void Attach(Guid subscriptionId, Observer observer) => _observers[subscriptionId] = observer;

    public void Detach(Guid subscriptionId) => _observers.TryRemove(subscriptionId, out _);

    public async Task DeliverItem(Guid subscriptionId, string providerName, StreamId streamId, object? item, long number)
    {
        if (!_observers.ContainsKey(subscriptionId) && grain is IStreamSubscriptionObserver subscriber)
        {
            await subscriber.OnSubscribed(new HandleFactory(subscriptionId, grain.GetStreamProvider(providerName), streamId));
        }

        if (_observers.TryGetValue(subscriptionId, out var observer)) await observer.TakeAsync(item, number);
        else runtime.Log.LogWarning("An item of the stream {StreamId} is dropped: its consumer {Consumer} has no observer.", streamId, grain?.GetGrainId());
    }

    public Task ErrorInStream(Guid subscriptionId, Exception exception) =>
        _observers.TryGetValue(subscriptionId, out var observer) ? observer.OnError(exception) : Task.CompletedTask;

    public sealed record Observer(Func<object?, StreamSequenceToken, Task> OnNext, Func<Exception, Task> OnError)
    {
        private long _taken;

        // An item whose first delivery only seemed to fail, since it took too long, is not taken twice.
        public async Task TakeAsync(object? item, long number)
        {
            if (number <= _taken) return;
            await OnNext(item, new(number));
            _taken = number;
        }
    }

    private sealed class HandleFactory(Guid subscriptionId, IStreamProvider provider, StreamId streamId) : IStreamSubscriptionHandleFactory
    {
        public StreamId StreamId => streamId;

        public string ProviderName => provider.Name;

        public StreamSubscriptionHandle<T> Create<T>() => new(subscriptionId, (GrainStream<T>)provider.GetStream<T>(streamId));
    }
}
