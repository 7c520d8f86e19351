using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;
using Polly;
using Polly.Retry;

namespace AgentManagement.Client.Hosting;

/// <summary>How calls to grains are made while silos may die or start.</summary>
internal sealed class GrainCalls
{
    /// <summary>After this long a failure is the caller's to know. Above the time in which a dead silo is detected.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>An answer may still come, when it was another connection that closed.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private static readonly ResiliencePropertyKey<long> Start = new("start");

    private readonly ConnectionLoss _losses;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _repetition;

    public GrainCalls(ConnectionLoss losses, TimeProvider time)
    {
        (_losses, _time) = (losses, time);
        _repetition = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = failed => ValueTask.FromResult(
                    failed.Outcome.Exception is { } exception && IsOfTheCluster(exception)
                    && time.GetElapsedTime(failed.Context.Properties.GetValue(Start, 0)) < Patience),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = TimeSpan.FromMilliseconds(500),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <summary>Makes a call that may do something each time it is made.</summary>
    /// <exception cref="SiloUnavailableException">The connection closed: whether anything was done is not known.</exception>
    public async Task<T> OnceAsync<T>(Func<Task<T>> call)
    {
        var loss = _losses.Next;
        var answer = call();
        await Task.WhenAny(answer, loss);
        if (answer.IsCompleted) return await answer;
        await Task.WhenAny(answer, Task.Delay(Grace, _time));
        return answer.IsCompleted ? await answer : throw new SiloUnavailableException("The connection to the silo closed before the answer came.");
    }

    /// <summary>
    /// Makes a call that may be made twice, a reading or a write under an idempotency key, and repeats it while silos
    /// cannot be reached: for as long as it takes the others to notice and take over a dead one's grains.
    /// </summary>
    public async Task<T> RepeatedAsync<T>(Func<Task<T>> call)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            context.Properties.Set(Start, _time.GetTimestamp());
            return await _repetition.ExecuteAsync(async (_, ask) => await OnceAsync(ask), context, call);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>The call was cut off between the processes: the next attempt may find another silo.</summary>
    private static bool IsOfTheCluster(Exception exception) =>
        exception is OrleansMessageRejectionException or ClientNotAvailableException or TimeoutException;
}

internal static class GrainCallServices
{
    public static void AddGrainCalls(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConnectionLoss>();
        services.TryAddSingleton<GrainCalls>();
    }
}
