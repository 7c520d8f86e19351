using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tenants;
using AgentManagement.Grains.Webhooks;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace AgentManagement.Grains.Changes;

/// <summary>
/// Hands a tenant's changes to those who watch and to all sinks, in the order of their revisions. They come as they were committed;
/// the change log is the truth, and is looked at for one that is missing, and while somebody waits on a timer, too. It stays in its silo:
/// whoever watches would have to come back.
/// </summary>
[ImplicitStreamSubscription(ChangeStream.Namespace), Immovable(ImmovableKind.Rebalancer)]
internal sealed class FeedGrain(
    IChangeLog log, ITenantStore store, ISinkCursorStore cursors, IEnumerable<IChangeSink> sinks, IWebhookStore webhooks,
    TierCatalog tiers, TimeProvider time, ILogger<FeedGrain> logger)
    : Grain, IFeedGrain, IStreamSubscriptionObserver, IAsyncObserver<ChangeEvent>
{
    private const int MaxBatch = 1_000;
    private const int WatchBatch = 200;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EarlyTime = TimeSpan.FromMilliseconds(50);

    private readonly RecentChanges _recent = new(MaxBatch);
    private readonly RecentNotices _notices = new(time);
    private readonly WatcherReservations _reservations = new(time);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _looking;
    private Task? _nextLook;
    private Task? _waitingForEarlier;
    private ImmutableArray<SinkWriter> _sinks = [];
    private WebhookSignal _webhooks = null!;
    private string _tenantId = "";
    private int _watching;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenantId = GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
            ? tenantId
            : throw new ArgumentException("The grain key is not a tenant's.");
        _recent.StartAt(await log.ReadRevisionAsync(_tenantId));
        _sinks = [.. sinks.Select(sink => new SinkWriter(_tenantId, sink, _recent, log, cursors, time, logger))];
        _webhooks = new(GrainFactory, webhooks, _tenantId, logger);
        this.RegisterGrainTimer(
            _ => _watching > 0 || _sinks.Any(sink => sink.IsBehind) ? RefreshAsync() : Task.CompletedTask,
            new GrainTimerCreationOptions { DueTime = LookInterval, Period = LookInterval, Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var sink in _sinks) await sink.DisposeAsync();
    }

    public async Task<Outcome<ChangeBatch>> ReadAsync(FeedRequest request, CancellationToken cancellationToken)
    {
        if (request is { Gateway: { } gateway, Watcher: { } watcher })
        {
            var limits = tiers.LimitsOf((await store.ReadSettingsAsync(_tenantId)).Document, Caller.Current?.Tier, time.GetUtcNow());
            if (!_reservations.TryReserve(gateway, watcher, limits.Watchers))
            {
                return QuotaMetrics.Count(_tenantId, QuotaRefusals.Watchers<ChangeBatch>(limits));
            }
        }
        // Others may wait for the same look: it goes on.
        await LookForNewsAsync().WaitAsync(cancellationToken);
        return Outcome.Ok(await ReadAsync(request.Since ?? _recent.Revision, Math.Clamp(request.Limit, 1, MaxBatch), cancellationToken));
    }

    public async IAsyncEnumerable<ChangeBatch> WatchAsync(
        WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.Gateway is { } reporting) _reservations.Report(reporting, request.Watchers);
        _watching++;
        try
        {
            await LookForNewsAsync();
            var (since, sinceNotice) = (request.Since ?? _recent.Revision, request.SinceNotice ?? _notices.Last);
            while (request.Gateway is not { } gateway || _reservations.TryRenew(gateway))
            {
                var batch = await ReadAsync(since, WatchBatch, cancellationToken);
                batch = batch with { Notices = _notices.ReadAfter(sinceNotice), LastNotice = _notices.Last };
                if (!batch.Changes.IsEmpty) since = batch.Changes[^1].Revision;
                sinceNotice = batch.LastNotice;
                var news = _news.Task;
                yield return batch;
                if (batch.MustResync) yield break;
                if (!batch.Changes.IsEmpty && since < _recent.Revision) continue;
                await news.WaitAsync(IFeedGrain.HeartbeatInterval, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _watching--;
        }
    }

    public async Task RefreshAsync()
    {
        await LookForNewsAsync();
        foreach (var sink in _sinks) sink.Wake();
    }

    public Task PublishAsync(ChangeEvent change)
    {
        var isNew = change.Revision > _recent.Revision;
        if (_recent.TryAdd(change))
        {
            NotifyWatchers();
            foreach (var sink in _sinks) sink.Wake();
        }
        // Changes that were committed together come in any order, the ones between a moment later; if they do not, the log has them.
        else if (_recent.HasEarly && _waitingForEarlier is null or { IsCompleted: true }) _waitingForEarlier = WaitForEarlierAsync();
        if (isNew) _webhooks.Send(change);
        return Task.CompletedTask;
    }

    public Task AnnounceAsync(Notice notice)
    {
        _notices.Add(notice);
        NotifyWatchers();
        foreach (var sink in _sinks) _ = sink.PublishAsync(notice);
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(string gateway, string watcher)
    {
        _reservations.Release(gateway, watcher);
        return Task.CompletedTask;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<ChangeEvent>().ResumeAsync(this);

    // What is known already has come by the call, which is faster.
    public Task OnNextAsync(ChangeEvent item, StreamSequenceToken? token = null) => PublishAsync(item);

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    private async Task<ChangeBatch> ReadAsync(long since, int limit, CancellationToken cancellationToken)
    {
        if (since > _recent.Revision) return new([], _recent.Revision, MustResync: true);
        if (!_recent.TryReadAfter(since, limit, out var changes))
        {
            changes = await log.ReadChangesAsync(_tenantId, since, limit, cancellationToken);
        }
        return new(changes, _recent.Revision, MustResync: false);
    }

    /// <summary>
    /// Reads what the log has beyond what is known. Those who ask at once share one look: not one that is under way, which
    /// may have read before that of which they know, but the next.
    /// </summary>
    private Task LookForNewsAsync() =>
        _looking is null ? _looking = LookOnceAsync(Task.CompletedTask) : _nextLook ??= LookOnceAsync(after: _looking);

    private async Task LookOnceAsync(Task after)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            // So that the field is set before a look that ends at once would clear it.
            await Task.Yield();
            while (true)
            {
                var changes = await log.ReadChangesAsync(_tenantId, _recent.Revision, MaxBatch, CancellationToken.None);
                if (!_recent.Add(changes)) return;
                NotifyWatchers();
                _webhooks.Send(changes);
                foreach (var sink in _sinks) sink.Wake();
                if (changes.Length < MaxBatch) return;
            }
        }
        finally
        {
            (_looking, _nextLook) = (_nextLook, null);
        }
    }

    private async Task WaitForEarlierAsync()
    {
        await Task.Delay(EarlyTime, time);
        if (!_recent.HasEarly) return;
        try
        {
            await RefreshAsync();
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.SignalLost, exception, "The log was not looked at for a change; the next signal does it");
        }
    }

    private void NotifyWatchers()
    {
        var news = _news;
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        news.SetResult();
    }
}
