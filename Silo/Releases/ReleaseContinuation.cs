using AgentManagement.Access;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Releases;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Releases;

/// <summary>
/// Has the labels go on with what is due of their releases: what starts at a time, what ends, the next step of a rollout.
/// </summary>
internal sealed class ReleaseContinuation(IReleaseStore releases, IGrainFactory grains, ILogger<ReleaseContinuation> logger)
    : IHousekeepingJob
{
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var (tenantId, label) in await releases.ReadUnfinishedAsync(stopping))
        {
            stopping.ThrowIfCancellationRequested();
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, Caller.SiloRole, Tier: null, Guid.NewGuid().ToString("n"));
            try
            {
                await grains.GetGrain<ILabelGrain>(GrainKeys.Label(tenantId, label)).ContinueAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One label's fault is not to keep the others.
                logger.LogWarning(
                    LogEvents.ReleaseNotContinued, exception, "Releases of a label were not gone on with; the next look does it");
            }
        }
    }
}
