using AgentManagement.Observability;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.WebGateway.Outgoing;

/// <summary>
/// Ends each call to another service within <see cref="Patience"/>, and makes none for a while after a few failures. There are
/// no retries: somebody waits.
/// </summary>
internal sealed class OutgoingPipeline
{
    /// <summary>The longest that a call takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing is asked once calls have failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Calls within half a minute of which half must fail for that.</summary>
    public const int CallsThatTell = 5;

    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ResiliencePipeline _pipeline;
    private volatile bool _hasFailed;

    /// <param name="service">Its name, for the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the service begins and ceases to fail.</param>
    public OutgoingPipeline(string service, TimeProvider time, ILogger logger)
    {
        OutgoingMetrics.TellBreaker(service, isOpen: false);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5, MinimumThroughput = CallsThatTell, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Pause,
                StateProvider = _breaker,
                // Of every kind: a connection that is not made in time counts as cancelled.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                OnOpened = _ => Tell(service, isOpen: true, () => logger.LogWarning(LogEvents.ServiceLeftOut, "{Service} fails; it is not asked for a while", service)),
                OnClosed = _ => Tell(service, isOpen: false, () => logger.LogInformation(LogEvents.ServiceAnswersAgain, "{Service} answers again", service)),
            })
            .AddTimeout(Patience)
            .Build();
    }

    /// <summary>Whether the last call failed, or none is made: somebody should ask again.</summary>
    public bool IsInDoubt => _hasFailed || _breaker.CircuitState != CircuitState.Closed;

    /// <summary>Makes a call, unless none is made now.</summary>
    /// <exception cref="BrokenCircuitException">None is made.</exception>
    public async Task<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancel = default)
    {
        try
        {
            var answer = await _pipeline.ExecuteAsync(call, cancel);
            _hasFailed = false;
            return answer;
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    private static ValueTask Tell(string service, bool isOpen, Action log)
    {
        OutgoingMetrics.TellBreaker(service, isOpen);
        log();
        return ValueTask.CompletedTask;
    }
}
