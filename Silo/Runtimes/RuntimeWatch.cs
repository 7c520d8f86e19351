using AgentManagement.Access;
using AgentManagement.Grains.Runtimes;
using AgentManagement.Keys;
using AgentManagement.Runtimes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Runtimes;

/// <summary>Looks which runtimes have fallen silent, and forgets what is old of them.</summary>
internal sealed class RuntimeWatch(
    IRuntimeStore runtimes, IGrainFactory grains, TimeProvider time, ILogger<RuntimeWatch> logger) : IHousekeepingJob
{
    internal static readonly TimeSpan SilentKept = TimeSpan.FromDays(1);
    internal static readonly TimeSpan AppliedKept = TimeSpan.FromDays(400);

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var tenantId in await runtimes.ReadTenantsAsync(stopping))
        {
            stopping.ThrowIfCancellationRequested();
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, Caller.SiloRole, Tier: null, Guid.NewGuid().ToString("n"));
            try
            {
                await grains.GetGrain<IRuntimesGrain>(GrainKeys.Tenant(tenantId)).LookAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One tenant's fault is not to keep the others.
                logger.LogWarning(LogEvents.RuntimesNotWatched, exception, "A tenant's runtimes were not looked at; the next look does it");
            }
        }
        var now = time.GetUtcNow();
        await runtimes.ForgetSilentAsync(now - SilentKept);
        await runtimes.ForgetAppliedAsync(now - AppliedKept);
    }
}
