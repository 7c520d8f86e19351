using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>A consumer's hold on its subscription, good for one use.</summary>
public sealed class StreamSubscriptionHandle<T>
{
    private GrainStream<T>? _stream;

    internal StreamSubscriptionHandle(Guid id, GrainStream<T> stream) => (HandleId, StreamId, _stream) = (id, stream.StreamId, stream);

    public Guid HandleId { get; }

    public StreamId StreamId { get; }

    /// <summary>Ends the subscription; items that wait are not delivered. An implicit one cannot end: it only loses its observer.</summary>
    /// <exception cref="InvalidOperationException">The handle has been used.</exception>
    public Task UnsubscribeAsync() => Use().UnsubscribeAsync(HandleId);

    /// <summary>Gives the subscription's items to this observer from now on.</summary>
    /// <exception cref="InvalidOperationException">The handle has been used.</exception>
    public Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer) => Use().ResumeAsync(HandleId, observer);

    private GrainStream<T> Use() => Interlocked.Exchange(ref _stream, null)
        ?? throw new InvalidOperationException("Handle is no longer valid. It has been used to unsubscribe or resume.");
}
