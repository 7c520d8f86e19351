using System.Reflection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The interface that call filters see timer ticks under, as in Orleans.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync();
}

/// <inheritdoc/>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation activation;
    private readonly GrainRuntime runtime;
    private readonly Func<CancellationToken, Task> callback;
    private readonly GrainTimerCreationOptions options;
    private readonly CancellationTokenSource disposal = new();
    private readonly ITimer timer;
    private TimeSpan next;
    private TimeSpan period;
    private volatile bool ticking;

    public GrainTimer(Activation activation, GrainRuntime runtime, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        this.activation = activation;
        this.runtime = runtime;
        this.callback = callback;
        this.options = options;
        using (ExecutionContext.SuppressFlow())
        {
            timer = runtime.Clock.CreateTimer(
                static timer => ((GrainTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Change(options.DueTime, options.Period);
        activation.Timers.Add(this);
    }

    public void Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        (next, period) = (dueTime, newPeriod);
        if (!ticking)
        {
            timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        disposal.Cancel();
        timer.Dispose();
        activation.Timers.Remove(this);
    }

    private void Fire()
    {
        ticking = true;
        activation.ReceiveTick(new Tick(this));
    }

    private async Task RunAsync()
    {
        next = period;
        try
        {
            await callback(disposal.Token);
        }
        catch (Exception exception)
        {
            runtime.Log.LogWarning(exception, "A timer of grain {GrainId} failed.", activation.GrainId);
        }
        finally
        {
            ticking = false;
            if (!disposal.IsCancellationRequested)
            {
                timer.Change(next, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Tick : Request, IGrainTimerInvoker
    {
        private static readonly MethodInfo method = typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!;
        private readonly GrainTimer timer;

        public Tick(GrainTimer timer)
        {
            this.timer = timer;
            Source = timer.activation.GrainId;
        }

        public override bool IsAlwaysInterleave => timer.options.Interleave;

        public override bool KeepsAlive => timer.options.KeepAlive;

        public override bool IsCompleted => timer.disposal.IsCancellationRequested;

        public override Type ImplementationType => typeof(Tick);

        public override MethodInfo GetMethod() => method;

        public override Type GetInterfaceType() => typeof(IGrainTimerInvoker);

        public override string GetInterfaceName() => nameof(IGrainTimerInvoker);

        public override int GetArgumentCount() => 0;

        public override object? GetArgument(int index) => throw new ArgumentOutOfRangeException(nameof(index));

        public override void SetArgument(int index, object? value) => throw new ArgumentOutOfRangeException(nameof(index));

        public override async ValueTask<object?> InvokeAsync(object grain)
        {
            await timer.RunAsync();
            return null;
        }

        // Only a filter's refusal comes here; the callback's own errors are logged above.
        public override void Complete(Response response)
        {
            if (response.Exception is { } exception)
            {
                timer.runtime.Log.LogWarning(exception, "A timer tick of grain {GrainId} was refused.", timer.activation.GrainId);
            }
        }

        Task IGrainTimerInvoker.InvokeCallbackAsync() => throw new InvalidOperationException("Ticks are not called by name.");
    }
}
