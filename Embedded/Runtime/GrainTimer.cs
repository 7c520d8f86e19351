using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>The interface that call filters see timer ticks under, as in Orleans.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync();
}

/// <inheritdoc/>
#pragma warning disable CA1001 // A token source without a timer holds nothing to dispose of, and the callback may still use its token.
internal sealed class GrainTimer : IGrainTimer, IGrainTimerInvoker
{
    private static readonly GrainMethod method = GrainMethod.For(typeof(IGrainTimerInvoker).GetMethod(nameof(InvokeCallbackAsync))!);
    private readonly Activation activation;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly CancellationTokenSource disposal = new();
    private readonly CancellationTokenRegistration ending;
    private readonly ITimer timer;
    private TimeSpan next;
    private TimeSpan period;
    private volatile bool ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        (this.activation, this.callback, this.options) = (activation, callback, options);
        timer = activation.Runtime.Clock.CreateTimer(
            static timer => ((GrainTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(options.DueTime, options.Period);
        ending = activation.Ending.UnsafeRegister(static timer => ((GrainTimer)timer!).Dispose(), this);
    }

    public bool Interleaves => options.Interleave;

    public bool KeepsAlive => options.KeepAlive;

    public bool IsDisposed => disposal.IsCancellationRequested;

    public void Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        (next, period) = (dueTime, newPeriod);
        if (!ticking) timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        disposal.Cancel();
        timer.Dispose();
        ending.Unregister();
    }

    public async Task InvokeCallbackAsync()
    {
        next = period;
        try
        {
            await callback(disposal.Token);
        }
        catch (Exception exception)
        {
            activation.Runtime.Log.LogWarning(exception, "A timer of grain {GrainId} failed.", activation.GrainId);
        }
        finally
        {
            ticking = false;
            if (!IsDisposed) timer.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    private void Fire()
    {
        ticking = true;
        activation.ReceiveTick(new(method, [], activation.GrainId, activation.GrainId)
        {
            Context = ImmutableDictionary<string, object>.Empty,
            Tick = this,
        });
    }
}
