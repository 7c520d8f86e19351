using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Grains.Changes;

/// <summary>Has a tenant's feed know of a change at once.</summary>
internal static class FeedSignal
{
    /// <summary>Nobody waits for it, and should it be lost the feed finds the change in the log.</summary>
    public static async Task SendAsync(
        IGrainFactory grains, IStreamProvider streams, string tenantId, ChangeEvent change, ILogger logger)
    {
        // Who may change something need not be allowed to read: a platform administrator, the silo itself.
        Caller.Current = Caller.Service(tenantId);
        var key = GrainKeys.Tenant(tenantId);
        // The call is the fast path, the stream the second one, which does not depend on the first (docs/adr/0006).
        await TryAsync(() => grains.GetGrain<IFeedGrain>(key).PublishAsync(change), logger);
        var stream = StreamId.Create(ChangeSignal.Namespace, key);
        await TryAsync(() => streams.GetStream<ChangeSignal>(stream).OnNextAsync(new(change.Revision)), logger);
    }

    private static async Task TryAsync(Func<Task> send, ILogger logger)
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
