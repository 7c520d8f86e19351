using System.Runtime.ExceptionServices;
using AgentManagement.Access;
using AgentManagement.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Runtime;
using Polly;
using Polly.Retry;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>
/// Repeats calls that were cut off between the processes, for as long as it takes the silos to notice that one of them died
/// and to take over its grains. Only calls that are safe to repeat; see <see cref="SafeToRetryAttribute"/>.
/// </summary>
public sealed class GrainCallFilter : IOutgoingGrainCallFilter
{
    /// <summary>No attempt begins later. Above the time in which a dead silo is detected.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(12);

    /// <summary>How long after a loss an answer is waited for, which may come over another connection.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private static readonly ResiliencePropertyKey<long> Start = new("start");
    private static readonly AsyncLocal<bool> IsAttempt = new();

    private readonly ConnectionLoss _losses;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retries;

    public GrainCallFilter(ConnectionLoss losses, TimeProvider time)
    {
        (_losses, _time) = (losses, time);
        _retries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = failed => ValueTask.FromResult(
                    failed.Outcome.Exception is { } exception && IsCutOff(exception)
                    && time.GetElapsedTime(failed.Context.Properties.GetValue(Start, 0)) < Timeout),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <exception cref="AccessDeniedException">No rule allows the call.</exception>
    /// <exception cref="MaintenanceException">Writes are stopped; nothing was written.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled its call.</exception>
    /// <exception cref="GrainCallException">The call had no outcome.</exception>
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        // A grain's own call fails with the call that the grain serves, which is repeated as a whole.
        if (context.SourceContext is not null || IsAttempt.Value || !RetryRule.IsContract(context.InterfaceMethod))
        {
            await context.Invoke();
            return;
        }
        // Now: a call that has ended knows it no more.
        var cancellation = context.Request.GetCancellationToken();
        var isSafe = RetryRule.IsSafe(context.InterfaceMethod, context.Request);
        var start = _time.GetTimestamp();
        var attempt = Task.CompletedTask;
        try
        {
            try
            {
                // Which silo it is at is not known. The answer to what must not be made twice may come while any connection is left.
                using var loss = _losses.Begin(onlyLast: !isSafe);
                attempt = context.Invoke();
                await loss.EndOf(attempt);
                await (attempt.IsCompleted ? attempt : GraceAsync(attempt));
            }
            catch (Exception exception) when (isSafe && IsCutOff(exception))
            {
                await RetryAsync(context, start, exception, isAbandoned: !attempt.IsCompleted, cancellation);
            }
        }
        catch (Exception exception) when (!IsOutcome(exception, cancellation))
        {
            throw new GrainCallException(exception);
        }
    }

    /// <summary>Goes on after a first attempt that was cut off: whatever comes of the first goes past all of this.</summary>
    private async Task RetryAsync(
        IOutgoingGrainCallContext call, long start, Exception first, bool isAbandoned, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(Start, start);
        ExceptionDispatchInfo? failure = ExceptionDispatchInfo.Capture(first);
        try
        {
            await _retries.ExecuteAsync(async _ =>
            {
                var known = Interlocked.Exchange(ref failure, null);
                known?.Throw();
                using var loss = _losses.Begin(onlyLast: false);
                var attempt = isAbandoned ? AnewAsync(call) : call.Invoke();
                try
                {
                    await loss.EndOf(attempt);
                    await (attempt.IsCompleted ? attempt : GraceAsync(attempt));
                }
                finally
                {
                    isAbandoned |= !attempt.IsCompleted;
                }
            }, context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Waits for a call whose connection may be lost: only a moment longer.</summary>
    /// <exception cref="SiloUnavailableException">The answer did not come.</exception>
    private async Task GraceAsync(Task call)
    {
        await Task.WhenAny(call, Task.Delay(Grace, _time));
        if (!call.IsCompleted)
        {
            call.Ignore();
            throw new SiloUnavailableException("The connection to the silo closed before the answer came.");
        }
        await call;
    }

    /// <summary>Makes the same call as a new one: Orleans cannot invoke a call again that has not ended.</summary>
    private static async Task AnewAsync(IOutgoingGrainCallContext call)
    {
        IsAttempt.Value = true;
        var request = call.Request;
        var arguments = new object?[request.GetArgumentCount()];
        for (var index = 0; index < arguments.Length; index++) arguments[index] = request.GetArgument(index);
        var attempt = (Task)call.InterfaceMethod.Invoke(call.Grain, arguments)!;
        await attempt;
        call.Result = attempt.GetType().GetProperty(nameof(Task<>.Result))?.GetValue(attempt);
    }

    /// <summary>What a caller is told as it is: refusals, and that it has cancelled the call.</summary>
    private static bool IsOutcome(Exception exception, CancellationToken cancellation) =>
        exception is AccessDeniedException or MaintenanceException
        || (exception is OperationCanceledException && cancellation.IsCancellationRequested);

    /// <summary>
    /// The next attempt may find another silo. Not of the kind is a <see cref="TimeoutException"/>: the call may be running
    /// still, at a silo that nobody has lost, and another one would be one more beside it.
    /// </summary>
    private static bool IsCutOff(Exception exception) => exception is OrleansMessageRejectionException or ClientNotAvailableException;
}

public static class GrainCallServices
{
    /// <summary>Adds the filter to the calls of this process, whether it is a client or a silo with a gateway.</summary>
    public static void AddGrainCallFilter(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConnectionLoss>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, GrainCallFilter>());
    }

    /// <summary>A grain by its key.</summary>
    /// <exception cref="GrainCallException">No silo was found since the start, so that no grain is known.</exception>
    public static T Bind<T>(this IGrainFactory grains, string key) where T : IGrainWithStringKey
    {
        if (Known<T>.Types is var (grainType, interfaceType)) return (T)grains.GetGrain(GrainId.Create(grainType, key), interfaceType);
        try
        {
            var grain = grains.GetGrain<T>(key);
            Known<T>.Types = new(grain.GetGrainId().Type, ((GrainReference)(object)grain).InterfaceType);
            return grain;
        }
        catch (Exception exception)
        {
            throw new GrainCallException(exception);
        }
    }

    /// <summary>What Orleans would find anew with each call, by reflection.</summary>
    private static class Known<T>
    {
        public static Tuple<GrainType, GrainInterfaceType>? Types { get; set; }
    }
}
