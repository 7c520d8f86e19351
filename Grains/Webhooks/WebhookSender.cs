using AgentManagement.Changes;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Webhooks;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Webhooks;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Webhooks;

/// <summary>What the senders of a tenant have in common.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="News">Its changes.</param>
/// <param name="Find">The webhook as it is now; null when there is none any more.</param>
/// <param name="DisableAsync">Disables a webhook, for a reason.</param>
internal sealed record SenderSurroundings(
    string TenantId, WebhookNews News, IWebhookStore Store, WebhookPosts Posts, WebhookOptions Options,
    Func<string, WebhookDocument?> Find, Func<string, string, Task> DisableAsync, TimeProvider Time, ILogger Logger);

/// <summary>
/// Sends one webhook the tenant's changes: one after the other, each until it is accepted or given up. Runs while there is something to
/// send; what fails to be recorded is tried again when it is woken the next time. Lives in the turns of the tenant's webhooks.
/// </summary>
internal sealed class WebhookSender(string webhookId, SenderSurroundings at) : IAsyncDisposable
{
    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    private CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAsleep = true;
    private bool _mustLook = true;
    private WebhookCursor? _cursor;
    private WebhookCursor? _recorded;
    private long _recordedAt;

    /// <summary>How far it has got, as far as this is known here.</summary>
    public WebhookCursor? Cursor => _cursor;

    /// <summary>Goes on, unless it is going on already.</summary>
    /// <param name="mustLook">Whether the log may have changes that nobody told.</param>
    public void Wake(bool mustLook)
    {
        _mustLook |= mustLook;
        _isAsleep = false;
        _woken.TrySetResult();
        if (_running.IsCompleted && !_ending.IsCancellationRequested) _running = RunAsync(_ending.Token);
    }

    /// <summary>Goes on from what is recorded: the webhook, or its cursor, is another one now.</summary>
    public async Task RestartAsync(Func<Task>? change = null)
    {
        await StopAsync();
        if (change is not null) await change();
        _cursor = null;
        _ending = new();
        Wake(mustLook: true);
    }

    /// <summary>Ends, with what was accepted on record.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private async Task StopAsync()
    {
        await _ending.CancelAsync();
        await _running;
        if (_cursor != _recorded) await TryAsync(() => RecordAsync());
    }

    private Task RunAsync(CancellationToken ending) => TryAsync(async () =>
    {
        while (!_isAsleep)
        {
            _isAsleep = true;
            _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await SendAllAsync(ending);
            if (_cursor is null || _cursor == _recorded) continue;
            // Not for each event: until then they would be sent again, which receivers expect.
            var wait = RecordInterval - at.Time.GetElapsedTime(_recordedAt);
            if (wait > TimeSpan.Zero)
            {
                await _woken.Task.WaitAsync(wait, at.Time, ending)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
            // Who is woken again and again has to record, too.
            if (_isAsleep || at.Time.GetElapsedTime(_recordedAt) >= RecordInterval) await RecordAsync();
        }
    });

    private async Task SendAllAsync(CancellationToken ending)
    {
        while (at.Find(webhookId) is { Disabled: null })
        {
            ending.ThrowIfCancellationRequested();
            if (_cursor is null)
            {
                if (await at.Store.FindAsync(at.TenantId, webhookId) is not { } found) return;
                (_cursor, _recorded) = (found, found);
            }
            if (_cursor.NextAttemptAt is { } next && next - at.Time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, at.Time, ending);
            }
            var mustLook = _mustLook;
            _mustLook = false;
            var changes = await at.News.ReadAfterAsync(_cursor.Revision, mustLook, ending);
            if (changes.IsEmpty) return;
            // There may be more than came at once.
            _mustLook |= changes.Length == WebhookNews.MaxBatch;
            foreach (var change in changes)
            {
                if (at.Find(webhookId) is not { Disabled: null } webhook) return;
                if (!webhook.Wants(change)) _cursor = _cursor with { Revision = change.Revision };
                else if (!await TrySendAsync(webhook, change, ending)) break;
                if (_cursor is null) break;
            }
        }
    }

    /// <summary>Whether the next event may be sent.</summary>
    private async Task<bool> TrySendAsync(WebhookDocument webhook, ChangeEvent change, CancellationToken ending)
    {
        var before = _cursor!;
        var result = await at.Posts.SendAsync(at.TenantId, webhook, change, ending);
        var now = at.Time.GetUtcNow();
        var step = DeliveryRules.After(before, change.Revision, result, at.Options.Delays, now, Random.Shared.NextDouble());
        _cursor = step.Cursor;
        if (result.Outcome == DeliveryOutcome.Accepted)
        {
            ChangeMetrics.Count("webhook", change.At, now, isNews: before.Attempts == 0);
            if (before.FailingSince is not null)
            {
                at.Logger.LogInformation(LogEvents.WebhookRecovered, "Webhook {WebhookId} accepts events again", webhookId);
            }
            if (before.FailingSince is not null || at.Time.GetElapsedTime(_recordedAt) >= RecordInterval) await RecordAsync();
            return true;
        }
        LogFailure(result, before);
        WebhookDeadLetter? letter = null;
        if (step.AsksPing && (await at.Posts.PingAsync(at.TenantId, webhook, before.Revision, ending)).Accepted)
        {
            letter = new(
                change.Revision, change.EventId, EventMessage.NameOf(change.Kind), step.Cursor.Attempts, result.Failure!, now);
            _cursor = DeliveryRules.GiveUp(step.Cursor, change.Revision);
            WebhookMetrics.CountDeadLetter();
            at.Logger.LogWarning(
                LogEvents.WebhookDeadLetter, "Webhook {WebhookId} did not accept revision {Revision}, which was given up", webhookId,
                change.Revision);
        }
        await RecordAsync(letter);
        if (letter is null && step.Disable is { } reason)
        {
            await at.DisableAsync(webhookId, reason);
            WebhookMetrics.CountDisabled(reason);
            at.Logger.LogWarning(LogEvents.WebhookDisabled, "Webhook {WebhookId} was disabled: {Reason}", webhookId, reason);
        }
        return letter is not null;
    }

    private void LogFailure(DeliveryResult result, WebhookCursor before)
    {
        if (result.Outcome == DeliveryOutcome.Blocked)
        {
            at.Logger.LogWarning(
                LogEvents.WebhookBlocked, "The host of webhook {WebhookId} leads to an address that is not called", webhookId);
        }
        // Once, however often it fails.
        else if (before.Attempts == 0)
        {
            at.Logger.LogInformation(
                LogEvents.WebhookFailed, "Webhook {WebhookId} did not accept an event: {Failure}; it is sent again", webhookId,
                result.Failure);
        }
    }

    private async Task RecordAsync(WebhookDeadLetter? letter = null)
    {
        if (_cursor is not { } cursor) return;
        if (await at.Store.RecordAsync(at.TenantId, webhookId, cursor, letter))
        {
            _cursor = _recorded = cursor with { Version = cursor.Version + 1 };
            _recordedAt = at.Time.GetTimestamp();
        }
        // Another activation sends, too, or it was changed: what that one recorded holds.
        else (_cursor, _recorded, _isAsleep, _mustLook) = (null, null, false, true);
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (OperationCanceledException)
        {
            // The webhook is another one now, or goes on elsewhere.
        }
        catch (Exception exception)
        {
            at.Logger.LogWarning(
                LogEvents.WebhookNotRecorded, exception, "What webhook {WebhookId} is to be sent could not be read or recorded; it will be",
                webhookId);
        }
    }
}
