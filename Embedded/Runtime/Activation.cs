using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// One grain object in memory: constructs it, loads its states, gives it one turn at a time, and ends it.
/// Its life goes one way, from Activating to Ended.
/// </summary>
internal sealed class Activation : IGrainContext
{
    private readonly Lock gate = new();
    private readonly ActivationSet set;
    private readonly GrainRuntime runtime;
    private readonly TurnScheduler scheduler;
    private readonly RequestQueue requests;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AsyncServiceScope scope;
    private TaskCompletionSource? idle;
    private Phase phase = Phase.Activating;
    private DeactivationReason reason;
    private bool settled;
    private bool activated;
    private long lastUsed;

    public Activation(ActivationSet set, GrainRuntime runtime, Dictionary<string, object>? context)
    {
        this.set = set;
        this.runtime = runtime;
        scheduler = new(this);
        requests = new(set.GrainClass.IsReentrant);
        scope = runtime.ServiceProvider.CreateAsyncScope();
        lastUsed = runtime.Clock.GetTimestamp();
        Queue(() => ActivateAsync(context));
    }

    private enum Phase
    {
        Activating,
        Valid,
        Deactivating,
        Ended,
    }

    public GrainId GrainId => set.GrainId;

    public GrainReference GrainReference => GrainReference.Create(typeof(IAddressable), GrainId, runtime);

    public object? GrainInstance { get; private set; }

    public GrainTimers Timers { get; } = new();

    public IServiceProvider ActivationServices => scope.ServiceProvider;

    public Task Deactivated => ended.Task;

    /// <summary>Requests that wait; how busy a stateless worker is.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return requests.Waiting;
            }
        }
    }

    public bool IsInactive
    {
        get
        {
            lock (gate)
            {
                return requests.IsEmpty && phase is Phase.Activating or Phase.Valid;
            }
        }
    }

    /// <summary>Lets code run as a turn beside the requests.</summary>
    public void Queue(Func<Task> turn) => scheduler.Queue(new DelegateTurn(turn));

    public void Receive(Request request)
    {
        lock (gate)
        {
            request.Activation = this;
            requests.Add(request);
            StartRequests();
        }
    }

    /// <summary>Takes a tick, unless the activation is about to end.</summary>
    public void ReceiveTick(Request tick)
    {
        lock (gate)
        {
            if (phase is Phase.Activating or Phase.Valid)
            {
                Receive(tick);
            }
        }
    }

    public async Task RunAsync(Request request)
    {
        if (!request.IsCompleted)
        {
            RequestContext.Current = request.Context;
            var response = await InvokeAsync(request);
            if (response.Exception is InconsistentStateException { IsSourceActivation: true } exception)
            {
                exception.IsSourceActivation = false;
                Deactivate(new(DeactivationReasonCode.ApplicationError, exception, "The state in memory is not the stored one."));
            }

            request.Complete(response);
        }

        lock (gate)
        {
            requests.Complete(request);
            lastUsed = request.KeepsAlive ? runtime.Clock.GetTimestamp() : lastUsed;
            StartRequests();
            if (requests.IsEmpty)
            {
                idle?.TrySetResult();
                idle = null;
            }
        }
    }

    /// <summary>Completes when nothing runs or waits here.</summary>
    public Task WhenIdle()
    {
        lock (gate)
        {
            return requests.IsEmpty && phase != Phase.Activating ? Task.CompletedTask : (idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (phase is Phase.Activating or Phase.Valid)
            {
                phase = Phase.Deactivating;
                reason = deactivationReason;
                StartRequests();
            }
        }
    }

    /// <summary>Ends the activation if nobody used it for that long.</summary>
    public void DeactivateIfUnused(TimeSpan age)
    {
        lock (gate)
        {
            if (phase == Phase.Valid && requests.IsEmpty && runtime.Clock.GetElapsedTime(lastUsed) >= age)
            {
                Deactivate(new(DeactivationReasonCode.ActivationIdle, $"Unused for {age}."));
            }
        }
    }

    /// <summary>Takes the requests that this activation will not serve any more.</summary>
    public Request[] Drain()
    {
        lock (gate)
        {
            idle?.TrySetResult();
            return requests.Drain();
        }
    }

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        new GrainTimer(this, runtime, callback, options);

    private async Task<Response> InvokeAsync(Request request)
    {
        try
        {
            var call = new IncomingCall(this, request, runtime.Filters);
            await call.Invoke();
            return call.Response!;
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    // Under the gate: starts every request that may run; once the activation is to end and nothing runs, ends it.
    private void StartRequests()
    {
        while (phase == Phase.Valid && requests.TakeNext() is { } request)
        {
            scheduler.Queue(request);
        }

        if (phase == Phase.Deactivating && requests.Running == 0 && settled)
        {
            phase = Phase.Ended;
            Queue(EndAsync);
        }
    }

    private async Task ActivateAsync(Dictionary<string, object>? context)
    {
        try
        {
            RequestContext.Current = context;
            using var timeout = new CancellationTokenSource(runtime.Collection.ActivationTimeout, runtime.Clock);
            (GrainInstance, var states) = set.GrainClass.Create(this);
            foreach (var state in states)
            {
                await state.ReadStateAsync(timeout.Token);
            }

            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }

            lock (gate)
            {
                settled = true;
                activated = phase == Phase.Activating;
                phase = activated ? Phase.Valid : phase;
                StartRequests();
            }
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "Grain {GrainId} could not be activated.", GrainId);
            lock (gate)
            {
                phase = Phase.Ended;
            }

            await ReleaseAsync(exception);
        }
    }

    private async Task EndAsync()
    {
        Timers.End();
        if (activated && GrainInstance is IGrainBase grain)
        {
            using var timeout = new CancellationTokenSource(runtime.Collection.DeactivationTimeout, runtime.Clock);
            try
            {
                await grain.OnDeactivateAsync(reason, timeout.Token).WaitAsync(timeout.Token);
            }
            catch (Exception exception)
            {
                runtime.Log.LogError(exception, "OnDeactivateAsync of grain {GrainId} failed.", GrainId);
            }
        }

        await ReleaseAsync(null);
    }

    private async Task ReleaseAsync(Exception? failure)
    {
        Timers.End();
        try
        {
            await GrainClass.DisposeAsync(GrainInstance);
            await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "Grain {GrainId} could not be disposed of.", GrainId);
        }

        set.Remove(this, failure);
        ended.TrySetResult();
    }

    private sealed class DelegateTurn(Func<Task> turn) : ITurn
    {
        public Task RunAsync() => turn();
    }
}
