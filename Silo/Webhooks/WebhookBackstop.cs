using AgentManagement.Access;
using AgentManagement.Grains.Webhooks;
using AgentManagement.Keys;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Webhooks;

namespace AgentManagement.Silo.Webhooks;

/// <summary>Wakes the webhooks of tenants that have something to send now, whatever signals were lost and silos are gone.</summary>
internal sealed class WebhookBackstop(IWebhookStore store, IGrainFactory grains, TimeProvider time) : IHousekeepingJob
{
    private const int MaxTenantsAtOnce = 1_000;

    // Where the last page ended: those who always have something to send do not keep the others from their turn.
    private string _last = "";

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var tenantId in await store.ListDueAsync(time.GetUtcNow(), _last, MaxTenantsAtOnce))
        {
            stopping.ThrowIfCancellationRequested();
            _last = tenantId;
            Caller.Current = Caller.Service(tenantId);
            await grains.GetGrain<IWebhooksGrain>(GrainKeys.Tenant(tenantId)).WakeAsync([]);
        }
    }
}
