using AgentManagement.Changes;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Changes;

/// <summary>One connection that watches its caller's tenant. It asks for changes when it can send them: nothing piles up.</summary>
internal sealed class ChangeWatch(CallerGrains grains, CurrentCaller caller) : IAsyncDisposable
{
    // Services read for all of a tenant's users; the places of its tier are for these.
    private readonly string? _watcher = caller.Known?.Role == "service" ? null : Guid.NewGuid().ToString("n");

    private long? _lastNotice;

    /// <summary>The changes after a revision, without gaps, and what was announced meanwhile; null begins with the next one.</summary>
    /// <exception cref="GrainCallException">No silo answered.</exception>
    public async Task<Outcome<ChangeBatch>> ReadAsync(long? since, TimeSpan patience)
    {
        var request = new FeedRequest { Since = since, Patience = patience, Watcher = _watcher, SinceNotice = _lastNotice };
        var batch = await grains.FeedAsync(feed => feed.ReadAsync(request));
        if (batch.IsOk) _lastNotice = batch.Value!.LastNotice;
        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        if (_watcher is null) return;
        try
        {
            await grains.FeedAsync(async feed =>
            {
                await feed.LeaveAsync(_watcher);
                return true;
            });
        }
        catch (GrainCallException)
        {
            // The place becomes free by itself.
        }
    }
}
