using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// Something that an activation is to do as a turn: a call, a tick of a timer, a delivery of a stream. Its caller waits for the answer, and
/// may stop waiting; call filters see it as it goes through them to the grain.
/// </summary>
#pragma warning disable CA1001 // A token source without a timer holds nothing to dispose of, and the callee may still use its token.
internal sealed class Request(GrainMethod method, object?[] arguments, GrainId source, GrainId target) : IIncomingGrainCallContext, IInvokable
{
    // Never completed on the callee's thread: the caller's code must not run within the callee's turn.
    private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _registration;
    private Exception? _failure;
    private bool _isAnswered;
    private int _stage;

    /// <summary>The caller's RequestContext.</summary>
    public required ImmutableDictionary<string, object> Context { get; init; }

    /// <summary>Set when an activation takes the request.</summary>
    public Activation? Activation { get; set; }

    /// <summary>The timer that ticks, instead of a grain that is called.</summary>
    public GrainTimer? Tick { get; init; }

    public bool IsReadOnly => method.IsReadOnly;

    public bool IsAlwaysInterleave => Tick?.Interleaves ?? method.IsAlwaysInterleave;

    /// <summary>Nobody hears how it ends.</summary>
    public bool IsUnattended => Tick is not null || method.IsOneWay;

    /// <summary>Whether serving it shows that the grain is in use.</summary>
    public bool KeepsAlive => Tick?.KeepsAlive ?? true;

    /// <summary>Nobody waits for it any more: it is not started.</summary>
    public bool IsCompleted => _answer.Task.IsCompleted || Tick is { IsDisposed: true };

    public Task<object?> Answer => _answer.Task;

    IInvokable IIncomingGrainCallContext.Request => this;

    private object Target => Tick ?? (object)(method.IsDelivery ? Activation!.StreamConsumer : Activation!.Grain!);

    public GrainId? SourceId => source;

    public GrainId TargetId => target;

    public string InterfaceName => Tick is null ? InterfaceMethod.DeclaringType!.FullName! : nameof(IGrainTimerInvoker);

    public string MethodName => InterfaceMethod.Name;

    public MethodInfo InterfaceMethod => method.Method;

    public object? Result
    {
        get;
        set => (field, _failure, _isAnswered) = (value, null, true);
    }

    /// <summary>Gives up on the answer after that time: its outcome is then unknown to the caller.</summary>
    public void StartTimeout(TimeProvider clock, TimeSpan limit) => _timer = clock.CreateTimer(
        _ => Complete(new TimeoutException($"Response did not arrive on time in {limit} for {InterfaceName}.{MethodName} of {target}.")),
        null, limit, Timeout.InfiniteTimeSpan);

    /// <summary>Gives the callee a token of its own, so that its callbacks run in its turns.</summary>
    public void LinkCancellation()
    {
        if (method.CancellationIndex < 0 || arguments[method.CancellationIndex] is not CancellationToken { CanBeCanceled: true } token) return;
        token.ThrowIfCancellationRequested();
        _cancellation = new();
        arguments[method.CancellationIndex] = _cancellation.Token;
        _registration = token.UnsafeRegister(static (request, token) => ((Request)request!).Cancel(token), this);
    }

    /// <summary>Goes through the filters that are left, and then to the grain.</summary>
    public async Task Invoke()
    {
        var filters = Activation!.Runtime.Filters;
        var current = _stage++;
        try
        {
            if (current < filters.Length)
            {
                await filters[current].Invoke(this);
                if (!_isAnswered) throw new InvalidOperationException($"The call filter {filters[current].GetType()} neither went on nor set a result.");
            }
            else
            {
                await InvokeTargetAsync();
            }
        }
        finally
        {
            _stage--;
        }
    }

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object? value) => arguments[index] = value;

    /// <summary>Answers the caller with what the filters left as result; only the first answer counts.</summary>
    public void Complete() => Complete(_failure);

    /// <summary>Answers the caller with an exception, or with the result when there is none.</summary>
    public void Complete(Exception? exception)
    {
        if (exception is null ? _answer.TrySetResult(Result) : _answer.TrySetException(exception))
        {
            _timer?.Dispose();
            _registration.Unregister();
        }
    }

    private async Task InvokeTargetAsync()
    {
        try
        {
            Result = await method.InvokeAsync(Target, arguments);
        }
        catch (Exception exception)
        {
            // A filter that catches it and answers nothing else leaves it to the caller, as in Orleans.
            (_failure, _isAnswered) = (exception, true);
            throw;
        }
    }

    private void Cancel(CancellationToken token)
    {
        Complete(new OperationCanceledException(token));
        if (Activation is { } activation)
        {
            activation.Queue(() =>
            {
                _cancellation!.Cancel(); // Here, in the callee's turn: CancelAsync would run its callbacks elsewhere.
                return Task.CompletedTask;
            });
        }
        else
        {
            _cancellation!.Cancel();
        }
    }
}
