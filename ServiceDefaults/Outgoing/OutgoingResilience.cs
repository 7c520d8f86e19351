using AgentManagement.ServiceDefaults.Observability;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>
/// The timeout and the circuit breaker around each question to another service. They cover the whole of it, the reading of the body
/// and its meaning included, so they are not a handler of <see cref="HttpClient"/>, which sees headers only. There are no retries:
/// somebody waits.
/// </summary>
public static class OutgoingResilience
{
    /// <summary>The longest that a call takes.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the breaker stays open before it lets one call through.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(10);

    /// <summary>The fewest calls within half a minute that open the breaker, when half of them fail.</summary>
    public const int MinCalls = 5;

    /// <param name="service">Its name, for the log and the metric.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the breaker opens and closes.</param>
    public static ResiliencePipeline CreatePipeline(string service, TimeProvider time, ILogger logger)
    {
        OutgoingMetrics.RecordBreaker(service, isOpen: false);
        return new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = MinCalls,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = BreakDuration,
                // Of every kind: a connection that is not made in time counts as cancelled.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                OnOpened = _ =>
                {
                    OutgoingMetrics.RecordBreaker(service, isOpen: true);
                    logger.LogWarning(LogEvents.CircuitOpened, "{Service} fails; it is not asked for a while", service);
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    OutgoingMetrics.RecordBreaker(service, isOpen: false);
                    logger.LogInformation(LogEvents.CircuitClosed, "{Service} answers again", service);
                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(CallTimeout)
            .Build();
    }
}
