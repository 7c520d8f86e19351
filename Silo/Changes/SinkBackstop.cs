using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Observability;

namespace AgentManagement.Silo.Changes;

/// <summary>Wakes, now and then, the feeds of tenants whose changes a sink does not have, whatever signals were lost.</summary>
internal sealed class SinkBackstop(
    IEnumerable<IChangeSink> sinks, ISinkCursorStore cursors, IGrainFactory grains, TimeProvider time, ILogger<SinkBackstop> logger)
    : BackgroundService
{
    private const int MaxTenantsAtOnce = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Where the last page ended, by sink: those who stay behind do not keep the others from their turn.
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var sink in sinks)
            {
                try
                {
                    await WakeAsync(sink);
                }
                catch (Exception exception)
                {
                    // The database's and the silos' own reports say what is wrong.
                    logger.LogDebug(LogEvents.DeliveriesNotLookedAt, exception, "Deliveries could not be looked at");
                }
            }
        }
    }

    private async Task WakeAsync(IChangeSink sink)
    {
        if (sink.Incarnation is not { } incarnation) return;
        var tenants = await cursors.ListBehindAsync(sink.Name, incarnation, _last.GetValueOrDefault(sink.Name, ""), MaxTenantsAtOnce);
        foreach (var tenantId in tenants)
        {
            _last[sink.Name] = tenantId;
            Caller.Current = Caller.Service(tenantId);
            await grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(tenantId)).LookAsync();
        }
    }
}
