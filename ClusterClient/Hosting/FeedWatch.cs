using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>A watch of a tenant's feed that outlives the silo which the feed is in.</summary>
public static class FeedWatch
{
    /// <summary>A feed that says nothing for so long is somewhere else by now.</summary>
    internal static readonly TimeSpan SilenceTimeout = IFeedGrain.HeartbeatInterval * 5;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The tenant's changes without gaps, with a heartbeat while nothing happens, until one of the batches asks for a resync.
    /// While no silo can be reached it waits for one, and then goes on after the last revision.
    /// </summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="caller">As whom to watch.</param>
    /// <param name="first">From where on.</param>
    /// <param name="watchers">The watchers that the gateway has at this moment; none for a service.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="AccessDeniedException">The caller may not.</exception>
    public static async IAsyncEnumerable<ChangeBatch> FollowAsync(
        IGrainFactory grains, Func<Caller> caller, WatchRequest first, Func<ImmutableArray<string>> watchers, TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = first;
        while (true)
        {
            // Here, since what an iterator sets is gone when it comes back.
            Caller.Current = caller();
            var key = GrainKeys.Tenant(Caller.Current.TenantId);
            IAsyncEnumerator<ChangeBatch>? watch = null;
            try
            {
                while (await TryMoveAsync(Watch, time, cancellationToken))
                {
                    var batch = watch!.Current;
                    yield return batch;
                    if (batch.MustResync) yield break;
                    var since = batch.Changes is [.., { } last] ? last.Revision : request.Since ?? batch.Revision;
                    request = request with { Since = since, SinceNotice = batch.LastNotice };
                }
            }
            finally
            {
                // Nobody waits for it: its silo may be gone, and the feed ends by itself what nobody reads.
                _ = watch?.DisposeAsync().AsTask();
            }
            await Task.Delay(RetryDelay, time, cancellationToken);

            // A batch is large enough: Orleans is not to gather several.
            IAsyncEnumerator<ChangeBatch> Watch() => watch ??= grains.GetGrain<IFeedGrain>(key)
                .WatchAsync(request with { Watchers = watchers() }, cancellationToken)
                .WithBatchSize(1)
                .GetAsyncEnumerator(cancellationToken);
        }
    }

    /// <summary>False when the watch has ended or is broken.</summary>
    private static async Task<bool> TryMoveAsync(
        Func<IAsyncEnumerator<ChangeBatch>> watch, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await watch().MoveNextAsync().AsTask().WaitAsync(SilenceTimeout, time, cancellationToken);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not (AccessDeniedException or ArgumentException))
        {
            return false;
        }
    }
}
