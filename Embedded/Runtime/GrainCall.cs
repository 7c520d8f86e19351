using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call of a grain's method, from the caller's side (which may stop waiting) and the callee's.</summary>
#pragma warning disable CA1001 // A token source without a timer holds nothing to dispose of, and the callee may still use its token.
internal sealed class GrainCall(GrainMethod method, object?[] arguments) : Request
{
    private readonly Completion completion = method.NewCompletion();
    private ITimer? timer;
    private CancellationTokenSource? cancellation;
    private CancellationTokenRegistration registration;

    public override bool IsReadOnly => method.IsReadOnly;

    public override bool IsAlwaysInterleave => method.IsAlwaysInterleave;

    public override bool IsCompleted => completion.IsCompleted;

    public override Type ImplementationType => Activation.GrainInstance!.GetType();

    /// <summary>The Task or ValueTask that the caller awaits.</summary>
    public object Awaitable => completion.Awaitable;

    /// <summary>Gives up on the answer after that time: its outcome is then unknown to the caller.</summary>
    public void StartTimeout(TimeProvider clock, TimeSpan limit, GrainId target)
    {
        if (limit == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        timer = clock.CreateTimer(
            _ => Complete(Response.FromException(new TimeoutException(
                $"Response did not arrive on time in {limit} for {method.Description} of {target}."))),
            null, limit, Timeout.InfiniteTimeSpan);
        if (IsCompleted)
        {
            timer.Dispose();
        }
    }

    /// <summary>Gives the callee a token of its own, so that its callbacks run in its turns.</summary>
    public void LinkCancellation()
    {
        if (GetCancellationToken() is { CanBeCanceled: true } token)
        {
            cancellation = new();
            arguments[method.CancellationIndex] = cancellation.Token;
            registration = token.UnsafeRegister(static (call, token) => ((GrainCall)call!).Cancel(token), this);
        }
    }

    public override MethodInfo GetMethod() => method.Method;

    public override Type GetInterfaceType() => method.InterfaceType;

    public override int GetArgumentCount() => arguments.Length;

    public override object? GetArgument(int index) => arguments[index];

    public override void SetArgument(int index, object? value) => arguments[index] = value;

    public TimeSpan? GetDefaultResponseTimeout() => method.ResponseTimeout;

    public CancellationToken GetCancellationToken() =>
        method.CancellationIndex < 0 ? default : (CancellationToken)arguments[method.CancellationIndex]!;

    public override async ValueTask<object?> InvokeAsync(object grain) =>
        method.CopyResult(await method.Invoke(grain, arguments));

    public override void Complete(Response response)
    {
        if (completion.TryComplete(response))
        {
            timer?.Dispose();
            registration.Unregister();
        }
    }

    private void Cancel(CancellationToken token)
    {
        Complete(Response.FromException(new OperationCanceledException(token)));
        if (Activation is { } activation)
        {
            activation.Queue(() =>
            {
                cancellation!.Cancel(); // Here, in the callee's turn: CancelAsync would run its callbacks elsewhere.
                return Task.CompletedTask;
            });
        }
        else
        {
            cancellation!.Cancel();
        }
    }
}
