using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AgentManagement.Changes;
using AgentManagement.ClusterClient;
using AgentManagement.Domain.Changes;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Changes;

/// <summary>
/// One connection that watches its caller's tenant. What the gateway's feed says waits in a small queue for the connection to
/// take it. When that is full the oldest is dropped, and what was dropped is read from the log, as the caller: a slow reader
/// delays nobody, and has no gap.
/// </summary>
internal sealed class FeedSubscription(TenantFeeds feeds, CallerGrains grains, CurrentCaller caller, TimeProvider time) : IAsyncDisposable
{
    private const int MaxQueued = 16;
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Channel<ChangeBatch> _queue = Channel.CreateBounded<ChangeBatch>(
        new BoundedChannelOptions(MaxQueued) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });

    private volatile bool _isOpen;
    private ChangeBatch? _first;
    private long _since;
    private long _toldAt = time.GetTimestamp();

    /// <summary>What its reservation is made for. Services read for all of a tenant's users, and need none.</summary>
    public string? Watcher { get; } = caller.Known?.Role == "service" ? null : Guid.NewGuid().ToString("n");

    /// <summary>Which events it is told of; what else happens moves its revision on.</summary>
    public Func<string, bool>? Wants { get; set; }

    /// <summary>The last revision that it was told of, or that it did not want to be told of.</summary>
    public long Revision => _since;

    /// <summary>Ends when its reservation was made or refused.</summary>
    public Task Opening { get; private set; } = Task.CompletedTask;

    /// <summary>Makes the reservation, and begins with nothing yet.</summary>
    /// <returns>QuotaExceeded when the tier allows no further watcher.</returns>
    /// <exception cref="GrainCallException">No silo answered.</exception>
    public Task<Outcome<ChangeBatch>> ReserveAsync()
    {
        feeds.Add(caller.TenantId, this);
        var opening = grains.Feed.ReadAsync(new() { Gateway = feeds.Gateway, Watcher = Watcher });
        Opening = opening;
        return opening;
    }

    /// <summary>Begins after a revision, or with the next change.</summary>
    /// <returns>The tenant's revision, or that a resync is required; QuotaExceeded when the tier allows no further watcher.</returns>
    /// <exception cref="GrainCallException">No silo answered.</exception>
    public async Task<Outcome<ChangeBatch>> OpenAsync(long? since)
    {
        // Before it is read where the log ends: what comes after that comes over the feed.
        feeds.Add(caller.TenantId, this);
        (_isOpen, _toldAt) = (true, time.GetTimestamp());
        var opening = grains.Feed.ReadAsync(new() { Since = since, Gateway = feeds.Gateway, Watcher = Watcher });
        Opening = opening;
        var first = await opening;
        if (first.IsOk) (_first, _since) = (first.Value, since ?? first.Value.Revision);
        return first;
    }

    /// <summary>Takes what the feed says; never waits.</summary>
    public void Publish(ChangeBatch batch)
    {
        if (!_isOpen) return;
        _queue.Writer.TryWrite(batch);
        // Nothing is to push it out.
        if (batch.MustResync) _queue.Writer.TryComplete();
    }

    /// <summary>
    /// The wanted changes and notices from where it was opened, without gaps; a batch without either is a heartbeat, which comes
    /// when nothing else was told for a while. One that asks for a resync is the last.
    /// </summary>
    public async IAsyncEnumerable<ChangeBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = _first!;
        while (true)
        {
            // What was dropped, and what was there before: up to the batch's first change, or to the revision that it speaks of.
            while (!batch.MustResync && _since < (batch.Changes is [{ } following, ..] ? following.Revision - 1 : batch.Revision))
            {
                var missed = await ReadLogAsync(cancellationToken);
                if (missed?.Changes is [.., { } lastMissed]) _since = lastMissed.Revision;
                if (missed is not null && IsToDeliver(missed, out var wantedMissed)) yield return Delivered(wantedMissed);
                else if (IsSilent) yield return Delivered(Heartbeat);
                if (missed is { MustResync: true }) yield break;
            }
            if (batch.Changes is [{ } first, ..] && first.Revision <= _since)
            {
                batch = batch with { Changes = [.. batch.Changes.Where(change => change.Revision > _since)] };
            }
            if (batch.Changes is [.., { } last]) _since = last.Revision;
            if (IsToDeliver(batch, out var wanted)) yield return Delivered(wanted);
            else if (IsSilent) yield return Delivered(Heartbeat);
            if (batch.MustResync) yield break;
            if (_queue.Reader.TryRead(out var queued)) batch = queued;
            // It held a part of what there is.
            else if (_since < batch.Revision) batch = new([], batch.Revision, MustResync: false);
            else batch = await NextAsync(cancellationToken) ?? Heartbeat;
        }
    }

    public ValueTask DisposeAsync()
    {
        feeds.Remove(caller.TenantId, this);
        return ValueTask.CompletedTask;
    }

    private ChangeBatch Heartbeat => new([], _since, MustResync: false);

    private bool IsSilent => time.GetElapsedTime(_toldAt) >= HeartbeatInterval;

    private ChangeBatch Delivered(ChangeBatch batch)
    {
        _toldAt = time.GetTimestamp();
        return batch;
    }

    /// <summary>What of a batch is wanted.</summary>
    private bool IsToDeliver(ChangeBatch batch, out ChangeBatch wanted)
    {
        wanted = Wants is not { } wants ? batch : batch with
        {
            Changes = batch.Changes.RemoveAll(change => !wants(EventMessage.NameOf(change.Kind))),
            Notices = batch.Notices.RemoveAll(notice => !wants(notice.Event)),
        };
        return wanted.MustResync || !wanted.Changes.IsEmpty || !wanted.Notices.IsEmpty;
    }

    /// <summary>The next batch; null when none came before a heartbeat is due.</summary>
    private async Task<ChangeBatch?> NextAsync(CancellationToken cancellationToken)
    {
        var remaining = HeartbeatInterval - time.GetElapsedTime(_toldAt);
        if (remaining <= TimeSpan.Zero) return null;
        using var silence = new CancellationTokenSource(remaining, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await _queue.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The next changes of the log; null when no silo answers, or has them yet.</summary>
    private async Task<ChangeBatch?> ReadLogAsync(CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await grains.Feed.ReadAsync(new() { Since = _since }, cancellationToken);
            if (outcome.Value is { } read && (read.MustResync || !read.Changes.IsEmpty)) return read;
        }
        catch (GrainCallException)
        {
            // It is tried again.
        }
        await Task.Delay(RetryDelay, time, cancellationToken);
        return null;
    }
}
