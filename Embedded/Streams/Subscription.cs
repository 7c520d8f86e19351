using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Who wants the items of a stream, and the items that wait for it. Not thread-safe: its provider's lock guards it.</summary>
internal sealed class Subscription(Guid id, StreamId streamId, GrainId consumer, bool isImplicit)
{
    // A consumer that is further behind loses its oldest items. Orleans' memory streams drop them by their age.
    private const int Capacity = 16_384;
    private readonly Queue<StreamItem> _waiting = new();
    private bool _isDelivering;
    private int _lost;

    public Guid Id => id;

    public StreamId StreamId => streamId;

    public GrainId Consumer => consumer;

    public bool IsImplicit => isImplicit;

    /// <summary>What the class is to the stream, with the same id every time.</summary>
    public static Subscription Implicit(StreamId streamId, string providerName, string grainType)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{grainType} {providerName} {streamId}"));
        return new(new(hash.AsSpan(0, 16)), streamId, GrainId.Create(grainType, streamId.GetKeyAsString()), isImplicit: true);
    }

    /// <returns>Whether the caller has to start delivery: nobody takes items.</returns>
    public bool Add(StreamItem item)
    {
        if (_waiting.Count == Capacity)
        {
            _waiting.Dequeue();
            _lost++;
        }

        _waiting.Enqueue(item);
        return !_isDelivering && (_isDelivering = true);
    }

    /// <returns>The next item; null ends delivery.</returns>
    public StreamItem? Take(out int lost)
    {
        (lost, _lost) = (_lost, 0);
        _isDelivering = _waiting.TryDequeue(out var item);
        return item;
    }

    public void Clear() => _waiting.Clear();
}
