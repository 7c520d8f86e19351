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
    private static readonly GrainMethod Method = GrainMethod.For(typeof(IGrainTimerInvoker).GetMethod(nameof(InvokeCallbackAsync))!);
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationTokenRegistration _ending;
    private readonly ITimer _timer;
    private TimeSpan _next;
    private TimeSpan _period;
    private volatile bool _ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        (_activation, _callback, _options) = (activation, callback, options);
        _timer = activation.Runtime.Clock.CreateTimer(
            static timer => ((GrainTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(options.DueTime, options.Period);
        _ending = activation.Ending.UnsafeRegister(static timer => ((GrainTimer)timer!).Dispose(), this);
    }

    public bool Interleaves => _options.Interleave;

    public bool KeepsAlive => _options.KeepAlive;

    public bool IsDisposed => _disposal.IsCancellationRequested;

    public void Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        (_next, _period) = (dueTime, newPeriod);
        if (!_ticking) _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _disposal.Cancel();
        _timer.Dispose();
        _ending.Unregister();
    }

    public async Task InvokeCallbackAsync()
    {
        _next = _period;
        try
        {
            await _callback(_disposal.Token);
        }
        catch (Exception exception)
        {
            _activation.Runtime.Log.LogWarning(exception, "A timer of grain {GrainId} failed.", _activation.GrainId);
        }
        finally
        {
            _ticking = false;
            if (!IsDisposed) _timer.Change(_next, Timeout.InfiniteTimeSpan);
        }
    }

    private void Fire()
    {
        _ticking = true;
        _activation.ReceiveTick(new(Method, [], _activation.GrainId, _activation.GrainId)
        {
            Context = ImmutableDictionary<string, object>.Empty,
            Tick = this,
        });
    }
}
