using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Tenants;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace AgentManagement.Changes;

/// <summary>
/// Hands a tenant's changes to those who watch. The change log is the truth: it is looked at on every hint, and while
/// somebody waits on a timer too, so that a lost hint costs a moment and never a change.
/// </summary>
[ImplicitStreamSubscription(ChangeHint.Namespace)]
internal sealed class FeedGrain(ITenantStore store, TierCatalog tiers, TimeProvider time)
    : Grain, IFeedGrain, IStreamSubscriptionObserver, IAsyncObserver<ChangeHint>
{
    private const int LargestBatch = 1_000;
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly RecentChanges _recent = new(LargestBatch);
    private readonly Watchers _watchers = new(time);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _looking;
    private string _tenantId = "";
    private int _waiting;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenantId = GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
            ? tenantId
            : throw new ArgumentException("The grain key is not a tenant's.");
        _recent.StartAt(await store.ReadRevisionAsync(_tenantId));
        this.RegisterGrainTimer(
            _ => _waiting > 0 ? LookAsync() : Task.CompletedTask,
            new GrainTimerCreationOptions { DueTime = LookPeriod, Period = LookPeriod, Interleave = true });
    }

    public async Task<Outcome<ChangeBatch>> ReadAsync(FeedRequest request)
    {
        var limits = tiers.Find(Caller.Current?.Tier);
        if (request.Watcher is { } watcher && !_watchers.TryEnter(watcher, limits.Watchers)) return QuotaRefusals.Watchers<ChangeBatch>(limits);
        return Outcome.Ok(await ReadAsync(request.Since, Math.Clamp(request.Limit, 1, LargestBatch), request.Patience));
    }

    public Task LeaveAsync(string watcher)
    {
        _watchers.Leave(watcher);
        return Task.CompletedTask;
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<ChangeHint>().ResumeAsync(this);

    // Without anybody waiting the next reader looks by itself.
    public Task OnNextAsync(ChangeHint item, StreamSequenceToken? token = null) => _waiting > 0 ? LookAsync() : Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    private async Task<ChangeBatch> ReadAsync(long? wanted, int limit, TimeSpan patience)
    {
        await LookAsync();
        if (wanted is not { } since) return new([], _recent.Revision, MustResync: false);
        if (since == _recent.Revision) await WaitAsync(patience);
        if (since > _recent.Revision) return new([], _recent.Revision, MustResync: true);
        if (!_recent.TryReadAfter(since, limit, out var changes)) changes = await store.ReadChangesAsync(_tenantId, since, limit);
        return new(changes, _recent.Revision, MustResync: false);
    }

    private async Task WaitAsync(TimeSpan patience)
    {
        patience = patience < IFeedGrain.LongestPatience ? patience : IFeedGrain.LongestPatience;
        if (patience <= TimeSpan.Zero) return;
        _waiting++;
        try
        {
            await Task.WhenAny(_news.Task, Task.Delay(patience));
        }
        finally
        {
            _waiting--;
        }
    }

    /// <summary>Reads what the log has beyond what is known. Those who ask at once share one look.</summary>
    private Task LookAsync() => _looking ??= LookOnceAsync();

    private async Task LookOnceAsync()
    {
        try
        {
            // So that the field is set before a look that ends at once would clear it.
            await Task.Yield();
            while (true)
            {
                var changes = await store.ReadChangesAsync(_tenantId, _recent.Revision, LargestBatch);
                if (!_recent.Add(changes)) return;
                var news = _news;
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                news.SetResult();
                if (changes.Length < LargestBatch) return;
            }
        }
        finally
        {
            _looking = null;
        }
    }
}
