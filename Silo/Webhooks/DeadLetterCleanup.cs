using AgentManagement.Grains.Webhooks;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Webhooks;

/// <summary>Deletes the dead letters of webhooks after thirty days.</summary>
internal sealed class DeadLetterCleanup(IWebhookStore store, TimeProvider time) : IHousekeepingJob
{
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromDays(30);

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(10);

    public TimeSpan FirstRun => Interval;

    public Task RunAsync(CancellationToken stopping) => store.ForgetDeadLettersAsync(time.GetUtcNow() - TimeToLive);
}
