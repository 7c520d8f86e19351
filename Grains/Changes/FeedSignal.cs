using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Grains.Changes;

/// <summary>
/// Has a tenant's feed know of changes at once. Nobody waits for it, and should it be lost the feed finds the change in the log.
/// </summary>
internal sealed class FeedSignal(IGrainFactory grains, IStreamProvider streams, string tenantId, ILogger logger)
{
    private readonly string _key = GrainKeys.Tenant(tenantId);

    // Kept: to make one of them reads attributes.
    private IFeedGrain? _feed;
    private IAsyncStream<ChangeSignal>? _stream;

    public async Task SendAsync(ChangeEvent change)
    {
        // Who may change something need not be allowed to read: a platform administrator, the silo itself.
        Caller.Current = Caller.Service(tenantId);
        // The call is the fast path, the stream the second one, which does not depend on the first (docs/adr/0006).
        await TryAsync(() => (_feed ??= grains.GetGrain<IFeedGrain>(_key)).PublishAsync(change));
        await TryAsync(() => (_stream ??= streams.GetStream<ChangeSignal>(StreamId.Create(ChangeSignal.Namespace, _key)))
            .OnNextAsync(new(change.Revision)));
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
