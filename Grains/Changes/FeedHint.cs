using AgentManagement.Keys;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Changes;

/// <summary>Has a tenant's feed look at the log now, after a change.</summary>
internal static class FeedHint
{
    /// <summary>Nobody waits for it, and should it be lost the feed looks by itself.</summary>
    public static async Task SendAsync(IGrainFactory grains, IStreamProvider streams, string tenantId, ChangeHint hint, ILogger logger)
    {
        try
        {
            var key = GrainKeys.Tenant(tenantId);
            // The call is what makes it soon, the stream is what comes through when the call was lost (docs/adr/0006).
            await grains.GetGrain<IFeedGrain>(key).LookAsync();
            var stream = streams.GetStream<ChangeHint>(StreamId.Create(ChangeHint.Namespace, key));
            await stream.OnNextAsync(hint);
        }
        catch (Exception exception)
        {
            logger.LogDebug(exception, "A hint was lost; the change is in the log");
        }
    }
}
