using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Observability;

namespace AgentManagement.Silo.Changes;

/// <summary>Finds, now and then, the tenants of whom somebody has not been told everything, whatever hints were lost.</summary>
internal sealed class DeliveryBackstop(
    IEnumerable<IDestination> destinations, IDeliveryStore records, IGrainFactory grains, TimeProvider time, ILogger<DeliveryBackstop> logger)
    : BackgroundService
{
    private const int MostTenantsAtOnce = 1_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var destination in destinations)
            {
                try
                {
                    await WakeAsync(destination);
                }
                catch (Exception exception)
                {
                    // The database's and the silos' own reports say what is wrong.
                    logger.LogDebug(LogEvents.DeliveriesNotLookedAt, exception, "Deliveries could not be looked at");
                }
            }
        }
    }

    private async Task WakeAsync(IDestination destination)
    {
        if (destination.Epoch is not { } epoch) return;
        foreach (var tenantId in await records.ListBehindAsync(destination.Name, epoch, MostTenantsAtOnce))
        {
            Caller.Current = Caller.Service(tenantId);
            await grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(tenantId)).LookAsync();
        }
    }
}
