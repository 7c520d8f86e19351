using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Grains.Changes;

/// <summary>
/// Tells a tenant's feed of changes as they were committed, by a call and over a stream. Either may be late, twice or lost: the log is the
/// truth, and nobody waits for them.
/// </summary>
internal sealed class FeedSignal(IGrainFactory grains, IStreamProvider streams, string tenantId, ILogger logger)
{
    private readonly string _key = GrainKeys.Tenant(tenantId);

    // Kept: to make one of them reads attributes.
    private IFeedGrain? _feed;
    private IAsyncStream<ChangeEvent>? _stream;

    public async Task SendAsync(ChangeEvent change)
    {
        // Who may change something need not be allowed to read: a platform administrator, the silo itself.
        Caller.Current = Caller.Service(tenantId);
        // The call is there at once; the stream, which is polled, does not depend on it (docs/adr/0006).
        await TryAsync(() => (_feed ??= grains.GetGrain<IFeedGrain>(_key)).PublishAsync(change));
        await TryAsync(() => (_stream ??= streams.GetStream<ChangeEvent>(StreamId.Create(ChangeStream.Namespace, _key)))
            .OnNextAsync(change));
    }

    private async Task TryAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.SignalLost, exception, "A signal was lost; the change is in the log");
        }
    }
}
