namespace AgentManagement.WebGateway.Outgoing;

/// <summary>
/// Asks again services that fail, so that it is known that they do, and when they do no longer, though no request asks them: the
/// breaker opens and closes with calls alone.
/// </summary>
internal sealed class OutgoingProbe(IEnumerable<IProbed> services, TimeProvider time) : BackgroundService
{
    /// <summary>How often: a service that does not answer has failed <see cref="OutgoingPipeline.CallsThatTell"/> times in time to be left out.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Task.WhenAll(services.Select(service => service.ProbeAsync()));
    }
}
