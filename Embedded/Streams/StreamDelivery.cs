using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>
/// Brings the items that wait for a subscription to its consumer, one after the other. As in Orleans, one that fails is
/// tried again after growing pauses and given up after a minute, and so may arrive in part twice.
/// </summary>
internal sealed class StreamDelivery(MemoryStreamProvider provider, Subscription subscription, StreamConsumer? client, GrainRuntime runtime)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A client's observers are called as they are; a grain's by a request like any other.
    private readonly IStreamConsumerExtension _consumer = client
        ?? (IStreamConsumerExtension)GrainReference.Create(typeof(IStreamConsumerExtension), subscription.Consumer, runtime);

    public async Task RunAsync()
    {
        try
        {
            while (provider.Take(subscription, out var lost) is { } item)
            {
                if (lost > 0) await ReportAsync($"{lost} items were lost: the consumer is too far behind.", null);
                await DeliverAsync(item);
            }
        }
        catch (SiloUnavailableException)
        {
            // The silo stops, and with it its streams.
        }
    }

    private async Task DeliverAsync(StreamItem item)
    {
        RequestContext.Current = item.Context;
        var began = runtime.Clock.GetTimestamp();
        for (var pause = TimeSpan.FromSeconds(1); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var value = client is null ? item.Value : new CopyContext().Copy(item.Value);
                await _consumer.DeliverItem(subscription.Id, provider.Name, subscription.StreamId, value, item.Number);
                return;
            }
            catch (Exception exception) when (exception is not SiloUnavailableException)
            {
                if (runtime.Clock.GetElapsedTime(began) >= Patience)
                {
                    await ReportAsync("An item was lost: the consumer failed for too long.", exception);
                    return;
                }
            }

            await Task.Delay(pause, runtime.Clock);
        }
    }

    private async Task ReportAsync(string what, Exception? why)
    {
        runtime.Log.LogError(why, "Stream {StreamId}, consumer {Consumer}: {What}", subscription.StreamId, subscription.Consumer, what);
        try
        {
            await _consumer.ErrorInStream(subscription.Id, new StreamEventDeliveryFailureException(what));
        }
        catch (Exception exception) when (exception is not SiloUnavailableException)
        {
            runtime.Log.LogError(exception, "The consumer {Consumer} failed to take the error.", subscription.Consumer);
        }
    }
}
