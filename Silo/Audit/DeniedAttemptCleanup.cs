using AgentManagement.Grains.Audit;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Audit;

/// <summary>Deletes the records of denied attempts after thirty days.</summary>
internal sealed class DeniedAttemptCleanup(IDeniedAttemptStore refusals, TimeProvider time) : IHousekeepingJob
{
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromDays(30);

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public TimeSpan FirstRun => Interval;

    public Task RunAsync(CancellationToken stopping) => refusals.ForgetAsync(time.GetUtcNow() - TimeToLive);
}
