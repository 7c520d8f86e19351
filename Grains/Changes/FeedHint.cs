using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace AgentManagement.Changes;

/// <summary>Has a tenant's feed know of a change at once.</summary>
internal static class FeedHint
{
    /// <summary>Nobody waits for it, and should it be lost the feed finds the change in the log.</summary>
    /// <param name="entry">The change, as it was written.</param>
    /// <param name="mark">Where it is in the log, <see cref="DurableState{T}.Mark"/>.</param>
    public static async Task SendAsync(IGrainFactory grains, IStreamProvider streams, ChangeEntry entry, int mark, ILogger logger)
    {
        try
        {
            // Who may change something need not be allowed to read: a platform administrator, the silo itself.
            Caller.Current = Caller.Service(entry.TenantId);
            var key = GrainKeys.Tenant(entry.TenantId);
            // The call is what makes it soon, the stream is what comes through when the call was lost (docs/adr/0006).
            await grains.GetGrain<IFeedGrain>(key).TellAsync(entry.ToEvent(mark));
            var stream = streams.GetStream<ChangeHint>(StreamId.Create(ChangeHint.Namespace, key));
            await stream.OnNextAsync(new(entry.AgentId, entry.Version));
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.HintLost, exception, "A hint was lost; the change is in the log");
        }
    }
}
