using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Catalog;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Webhooks;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Webhooks;

/// <summary>
/// A tenant's webhooks: what <see cref="WebhookRules"/> decides is written, and each has a sender here, the only one in the cluster
/// (docs/adr/0017). Nothing waits for a receiver but its own sender.
/// </summary>
internal sealed class WebhooksGrain : AggregateGrain<WebhooksState>, IWebhooksGrain
{
    private const string DeadLetterList = "webhook dead letters";

    private readonly Dictionary<string, WebhookSender> _senders = new(StringComparer.Ordinal);
    private readonly ITenantStore _answers;
    private readonly IWebhookStore _store;
    private readonly WebhookPosts _posts;
    private readonly WebhookOptions _options;
    private readonly Func<SenderSurroundings> _surround;
    private SenderSurroundings? _surroundings;
    private WebhooksState _state = new();

    public WebhooksGrain(
        [PersistentState(StorageNames.Webhooks, StorageNames.Provider)] IPersistentState<WebhooksState> storage,
        IChangeStore changes,
        ITenantStore answers,
        IChangeLog log,
        IWebhookStore store,
        WebhookPosts posts,
        WebhookOptions options,
        TimeProvider time,
        ILogger<WebhooksGrain> logger) : base(StorageNames.Webhooks, storage, changes, time, logger)
    {
        (_answers, _store, _posts, _options) = (answers, store, posts, options);
        _surround = () => new(TenantId, new(TenantId, log), store, posts, options, id => _state.Find(id), DisableAsync, time, logger);
    }

    // Its tenant is known once it is active.
    private SenderSurroundings Surroundings => _surroundings ??= _surround();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _state = await CurrentAsync();
        WakeSenders(mustLook: true);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.WhenAll(_senders.Values.Select(sender => sender.DisposeAsync().AsTask()));

    public async Task<Outcome<WebhookChange>> ApplyAsync(WebhookCommand command)
    {
        Outcome<WebhookChange> outcome;
        try
        {
            outcome = await DecideAsync(command);
        }
        catch (Exception)
        {
            // Whether it was written is not known: the next activation reads it, and sends accordingly.
            DeactivateOnIdle();
            throw;
        }
        if (command.Options.DryRun) return outcome;
        await RefreshAsync(command.WebhookId);
        return outcome is { IsOk: true, Value: { Webhook: { } written } change } && change.Kind != ChangeKind.WebhookDeleted
            ? Outcome.Ok(change with { Webhook = written with { Delivery = await ReadDeliveryAsync(written.Id) } }, outcome.Issues)
            : outcome;
    }

    public async Task<ImmutableArray<Webhook>> ListAsync()
    {
        var listed = ImmutableArray.CreateBuilder<Webhook>();
        foreach (var webhook in (await CurrentAsync()).Webhooks) listed.Add(webhook.ToWebhook(await ReadDeliveryAsync(webhook.Id)));
        return listed.ToImmutable();
    }

    public async Task<Outcome<Webhook>> GetAsync(string webhookId) => (await CurrentAsync()).Find(webhookId) is { } webhook
        ? Outcome.Ok(webhook.ToWebhook(await ReadDeliveryAsync(webhookId)))
        : Outcome.NotFound<Webhook>();

    public async Task<Outcome<WebhookPing>> PingAsync(string webhookId)
    {
        if ((await CurrentAsync()).Find(webhookId) is not { } webhook) return Outcome.NotFound<WebhookPing>();
        var revision = (await ReadDeliveryAsync(webhookId))?.Revision ?? 0;
        return Outcome.Ok(await _posts.PingAsync(TenantId, webhook, revision, CancellationToken.None));
    }

    public async Task<Outcome<Webhook>> ReplayAsync(string webhookId, long from)
    {
        if ((await CurrentAsync()).Find(webhookId) is null) return Outcome.NotFound<Webhook>();
        var sender = SenderOf(webhookId);
        Outcome<Webhook>? refused = null;
        await sender.RestartAsync(async () =>
        {
            var cursor = await _store.FindAsync(TenantId, webhookId);
            if (cursor is null || from < 1 || from > cursor.Revision + 1)
            {
                // Forwards nothing is passed over: what fails is given up in its time.
                refused = Outcome.Invalid<Webhook>([Issue.Error(
                    "out_of_range", "/from", $"Must be a revision from 1 to {(cursor?.Revision ?? 0) + 1}, the next to be sent.")]);
            }
            else if (!await _store.RecordAsync(TenantId, webhookId, DeliveryRules.GiveUp(cursor, from - 1)))
            {
                refused = Outcome.Refuse<Webhook>(
                    OutcomeKind.Conflict, Domain.Outcomes.WriteRefusals.WriteConflict, "It was changed at the same moment; try again.");
            }
        });
        return refused ?? await GetAsync(webhookId);
    }

    public async Task<Outcome<Page<WebhookDeadLetter>>> ListDeadLettersAsync(
        string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryReadNumber(cursor, DeadLetterList, out var below)) return Cursor.Refuse<Page<WebhookDeadLetter>>();
        if ((await CurrentAsync()).Find(webhookId) is null) return Outcome.NotFound<Page<WebhookDeadLetter>>();
        var items = await _store.ListDeadLettersAsync(TenantId, webhookId, below, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(
            items, limit, DeadLetterList, last => new(last.Revision.ToString(CultureInfo.InvariantCulture), "")));
    }

    public Task WakeAsync(ImmutableArray<ChangeEvent> news)
    {
        Surroundings.News.Add(news);
        WakeSenders(mustLook: news.IsEmpty);
        return Task.CompletedTask;
    }

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadTenant(key, out var tenantId) ? (tenantId, "") : null;

    private Task<Outcome<WebhookChange>> DecideAsync(WebhookCommand command) => Replays.RunAsync(
        command.Options, key => _answers.FindAnswerAsync(TenantId, key, Now),
        () => ApplyAsync(
            (state, now) => Task.FromResult(WebhookRules.Decide(state, command, ContextOf(Caller.Current!, now))),
            command.Options.DryRun),
        change => change.Kind is not null,
        kept => kept.Kind == ChangeKind.WebhookDeleted ? new(null, kept.Kind, Replayed: true)
            : _state.Find(command.WebhookId) is { } webhook ? new(webhook.ToWebhook(), kept.Kind, Replayed: true) : null);

    private WebhookContext ContextOf(Caller caller, DateTimeOffset now) =>
        new(TenantId, caller, now, _options.AllowsHttp, _options.MayBeCalled);

    private WebhookSender SenderOf(string webhookId) =>
        _senders.TryGetValue(webhookId, out var sender) ? sender : _senders[webhookId] = new(webhookId, Surroundings);

    private void WakeSenders(bool mustLook)
    {
        foreach (var webhook in _state.Webhooks)
        {
            if (webhook.Disabled is null) SenderOf(webhook.Id).Wake(mustLook);
        }
    }

    /// <summary>Has the senders work with the webhooks as they are now.</summary>
    private async Task RefreshAsync(string webhookId)
    {
        var before = _state.Find(webhookId);
        _state = await CurrentAsync();
        var webhook = _state.Find(webhookId);
        if (webhook == before) return;
        if (webhook is not null) await SenderOf(webhookId).RestartAsync();
        else if (_senders.Remove(webhookId, out var sender)) await sender.DisposeAsync();
    }

    private async Task DisableAsync(string webhookId, string reason)
    {
        var caller = Caller.Service(TenantId) with { Subject = Caller.SystemSubject, Role = Caller.SiloRole };
        var outcome = await ApplyAsync(
            (state, now) => Task.FromResult(WebhookRules.Disable(state, webhookId, reason, ContextOf(caller, now))), isDryRun: false);
        // What another has disabled, or deleted, is as good.
        _state = await CurrentAsync();
        if (!outcome.IsOk && outcome.Kind != OutcomeKind.NotFound) throw new InvalidOperationException($"Not disabled: {outcome.Code}.");
    }

    private async Task<WebhookDelivery?> ReadDeliveryAsync(string webhookId)
    {
        var known = _senders.TryGetValue(webhookId, out var sender) ? sender.Cursor : null;
        return (known ?? await _store.FindAsync(TenantId, webhookId)) is { } cursor
            ? new(cursor.Revision, cursor.Attempts, cursor.FailingSince, cursor.NextAttemptAt, cursor.LastFailure, cursor.LastAcceptedAt)
            : null;
    }
}
