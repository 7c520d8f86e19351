using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Grains.Changes;
using AgentManagement.Keys;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Changes;

/// <summary>Wakes the feeds of tenants whose changes a sink does not have, whatever signals were lost.</summary>
internal sealed class SinkBackstop(IEnumerable<IChangeSink> sinks, ISinkCursorStore cursors, IGrainFactory grains) : IHousekeepingJob
{
    private const int MaxTenantsAtOnce = 1_000;

    // Where the last page ended, by sink: those who stay behind do not keep the others from their turn.
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var sink in sinks) await WakeAsync(sink, stopping);
    }

    private async Task WakeAsync(IChangeSink sink, CancellationToken stopping)
    {
        // A sink that this silo cannot reach may be reached by the silo of the feed.
        var tenants = await cursors.ListBehindAsync(sink.Name, sink.Incarnation, _last.GetValueOrDefault(sink.Name, ""), MaxTenantsAtOnce);
        foreach (var tenantId in tenants)
        {
            stopping.ThrowIfCancellationRequested();
            _last[sink.Name] = tenantId;
            Caller.Current = Caller.Service(tenantId);
            await grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(tenantId)).RefreshAsync();
        }
    }
}
