using AgentManagement.Observability;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.WebGateway.Outgoing;

/// <summary>
/// Ends each call to another service within <see cref="Patience"/>, and makes none for a while after a few failures. There are
/// no retries: somebody waits.
/// </summary>
internal static class OutgoingPipeline
{
    /// <summary>The longest that a call takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing is asked once calls have failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Calls within half a minute of which half must fail for that.</summary>
    public const int CallsThatTell = 5;

    /// <param name="service">Its name, for the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the service begins and ceases to fail.</param>
    public static ResiliencePipeline Of(string service, TimeProvider time, ILogger logger)
    {
        OutgoingMetrics.TellBreaker(service, isOpen: false);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5, MinimumThroughput = CallsThatTell, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Pause,
                // Of every kind: a connection that is not made in time counts as cancelled.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                OnOpened = _ => Tell(service, isOpen: true, () => logger.LogWarning(LogEvents.ServiceLeftOut, "{Service} fails; it is not asked for a while", service)),
                OnClosed = _ => Tell(service, isOpen: false, () => logger.LogInformation(LogEvents.ServiceAnswersAgain, "{Service} answers again", service)),
            })
            .AddTimeout(Patience)
            .Build();
    }

    private static ValueTask Tell(string service, bool isOpen, Action log)
    {
        OutgoingMetrics.TellBreaker(service, isOpen);
        log();
        return ValueTask.CompletedTask;
    }
}
