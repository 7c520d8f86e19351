using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Where streams are found; itself found by its name. A stream always exists.</summary>
public interface IStreamProvider
{
    string Name { get; }

    IAsyncStream<T> GetStream<T>(StreamId streamId);
}

/// <summary>Items on their way from those who produce them to those who subscribed, in the order in which they were accepted.</summary>
public interface IAsyncStream<T>
{
    StreamId StreamId { get; }

    string ProviderName { get; }

    /// <summary>Publishes an item. The task ends once it is accepted: what becomes of it the producer never learns.</summary>
    /// <exception cref="Serialization.CodecNotFoundException">The item's type may not cross a call.</exception>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>
    /// Makes the grain in whose turn it is called, or the client, a consumer. A grain's subscription outlives its
    /// activation: the next one takes it up with <see cref="StreamSubscriptionHandle{T}.ResumeAsync"/>.
    /// </summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer);

    /// <summary>The subscriptions that the grain in whose turn it is called, or the client, has to this stream.</summary>
    Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles();
}

/// <summary>A consumer's side of a stream; each call is a turn of the consumer.</summary>
public interface IAsyncObserver<in T>
{
    /// <summary>Takes an item. If it throws, the item comes again, after a while, until it has failed for a minute.</summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>Hears that items before the next one were lost.</summary>
    Task OnErrorAsync(Exception ex);
}

/// <summary>The place of an item: numbers grow within a stream, with gaps.</summary>
public sealed record StreamSequenceToken(long SequenceNumber);

/// <summary>Items were lost: the consumer failed for too long, or was too far behind.</summary>
public sealed class StreamEventDeliveryFailureException(string message) : OrleansException(message);
