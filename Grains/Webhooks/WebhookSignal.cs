using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Webhooks;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Webhooks;

/// <summary>
/// Tells a tenant's webhooks of changes, where it has any: most have none, and cost one look for as long as their feed is active. What is
/// lost is found by <c>WebhookBackstop</c>; nobody waits for it.
/// </summary>
internal sealed class WebhookSignal(IGrainFactory grains, IWebhookStore store, string tenantId, ILogger logger)
{
    // More than these the webhooks read for themselves.
    private const int MaxInCall = 50;

    private Task<bool>? _hasWebhooks;
    private IWebhooksGrain? _webhooks;

    public void Send(ChangeEvent change)
    {
        if (change.Kind == ChangeKind.WebhookCreated) _hasWebhooks = Task.FromResult(true);
        if (_hasWebhooks is not { IsCompletedSuccessfully: true, Result: false }) _ = SendAsync([change]);
    }

    public void Send(ImmutableArray<ChangeEvent> changes)
    {
        if (changes.Any(change => change.Kind == ChangeKind.WebhookCreated)) _hasWebhooks = Task.FromResult(true);
        if (_hasWebhooks is not { IsCompletedSuccessfully: true, Result: false }) _ = SendAsync(changes.Length > MaxInCall ? [] : changes);
    }

    private async Task SendAsync(ImmutableArray<ChangeEvent> changes)
    {
        try
        {
            if (_hasWebhooks is { IsCompleted: true, IsCompletedSuccessfully: false }) _hasWebhooks = null;
            if (!await (_hasWebhooks ??= store.AnyAsync(tenantId))) return;
            Caller.Current = Caller.Service(tenantId);
            await (_webhooks ??= grains.GetGrain<IWebhooksGrain>(GrainKeys.Tenant(tenantId))).WakeAsync(changes);
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.SignalLost, exception, "A signal was lost; the change is in the log");
        }
    }
}
