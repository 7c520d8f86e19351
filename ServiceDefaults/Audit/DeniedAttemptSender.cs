using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.ServiceDefaults.Audit;

/// <summary>Has the refusals of this process kept by a silo, in the background: no request waits for it.</summary>
public sealed class DeniedAttemptSender(
    DeniedAttemptLog log, IClusterClient cluster, TimeProvider time, ILogger<DeniedAttemptSender> logger) : BackgroundService
{
    private const int MaxAtOnce = 500;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await SendAsync();
        }
    }

    /// <summary>Sends once; what could not be sent waits for the next time.</summary>
    public async Task SendAsync()
    {
        var refusals = log.Take(MaxAtOnce);
        if (refusals.IsEmpty) return;
        try
        {
            Caller.Current = Caller.Gateway;
            await cluster.GetGrain<IPlatformGrain>(GrainKeys.Platform).RecordDeniedAttemptsAsync(refusals);
        }
        catch (Exception exception)
        {
            log.PutBack(refusals);
            // That the silos do not answer is told by whoever needs them.
            logger.LogDebug(LogEvents.DeniedAttemptsNotStored, exception, "Refusals could not be kept; they will be tried again");
        }
    }
}
