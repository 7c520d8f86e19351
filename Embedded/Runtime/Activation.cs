using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>
/// One grain object in memory: constructs it, loads its states, gives it one turn at a time, and ends it.
/// Its life goes one way, from Created to Ended.
/// </summary>
#pragma warning disable CA1001 // A token source without a timer holds nothing to dispose of.
internal sealed class Activation(GrainId grainId, int worker, GrainClass grainClass, GrainRuntime runtime) : IGrainContext
{
    // After this, the token of OnActivateAsync or OnDeactivateAsync is cancelled, and it is waited for no longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly RequestQueue _requests = new();
    private readonly CancellationTokenSource _ending = new();
    private TurnScheduler? _scheduler;
    private AsyncServiceScope _scope;
    private Phase _phase = Phase.Created;
    private DeactivationReason? _reason;
    private long _lastUsed;
    private DateTimeOffset _keptUntil;

    private enum Phase
    {
        /// <summary>Nothing is done before the first request: a race for the key may have made this one in vain.</summary>
        Created,
        Activating,
        Valid,
        Ending,
        Ended,
    }

    public GrainId GrainId => grainId;

    /// <summary>Which of the activations of its key, where there may be several.</summary>
    public int Worker => worker;

    public GrainRuntime Runtime => runtime;

    public Grain? Grain { get; private set; }

    /// <summary>The observers of the streams that the grain consumes.</summary>
    public StreamConsumer StreamConsumer => field ??= new(runtime, Grain);

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    /// <summary>Cancelled when the grain has run its last request.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>How busy a stateless worker is.</summary>
    public int Load
    {
        get
        {
            lock (_gate)
            {
                return _reason is null ? _requests.Running + _requests.Waiting : int.MaxValue;
            }
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _requests.IsEmpty && _phase != Phase.Activating;
            }
        }
    }

    /// <summary>Lets code run as a turn beside the requests.</summary>
    public void Queue(Func<Task> turn) => _scheduler!.Queue(turn);

    /// <returns>False when the activation has ended and left the catalog: its successor takes the request.</returns>
    public bool TryReceive(Request request)
    {
        lock (_gate)
        {
            if (_phase == Phase.Ended) return false;
            if (_phase == Phase.Created)
            {
                _phase = Phase.Activating;
                _scheduler = new(this);
                _scope = runtime.ServiceProvider.CreateAsyncScope();
                Queue(() => ActivateAsync(request.Context));
            }

            request.Activation = this;
            _requests.Add(request);
            StartRequests();
            return true;
        }
    }

    /// <summary>Takes a tick, unless the activation is about to end.</summary>
    public void ReceiveTick(Request tick)
    {
        lock (_gate)
        {
            if (_reason is null) TryReceive(tick);
        }
    }

    public void Deactivate(DeactivationReason deactivationReason)
    {
        lock (_gate)
        {
            _reason ??= deactivationReason;
            StartRequests();
        }
    }

    /// <summary>Ends the activation if nobody used it for that long.</summary>
    public void DeactivateIfUnused(TimeSpan age)
    {
        lock (_gate)
        {
            if (_phase == Phase.Valid && _requests.IsEmpty
                && runtime.Clock.GetElapsedTime(_lastUsed) >= age && runtime.Clock.GetUtcNow() >= _keptUntil)
            {
                Deactivate(new(DeactivationReasonCode.ActivationIdle, $"Unused for {age}."));
            }
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        var now = runtime.Clock.GetUtcNow();
        lock (_gate)
        {
            var isForEver = time == Timeout.InfiniteTimeSpan || time >= DateTimeOffset.MaxValue - now;
            _keptUntil = isForEver ? DateTimeOffset.MaxValue : now + time;
        }
    }

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        new GrainTimer(this, callback, options);

    public TGrainInterface CreateReference<TGrainInterface>() => (TGrainInterface)GrainReference.Create(typeof(TGrainInterface), grainId, runtime);

    // Under the gate: starts every request that may run; once the activation is to end and nothing runs, ends it.
    private void StartRequests()
    {
        if (_phase != Phase.Valid) return;
        while (_reason is null && _requests.TakeNext() is { } request) Queue(() => RunAsync(request));
        if (_reason is { } why && _requests.Running == 0)
        {
            _phase = Phase.Ending;
            Queue(() => EndAsync(why));
        }
    }

    private async Task RunAsync(Request request)
    {
        if (!request.IsCompleted)
        {
            RequestContext.Current = request.Context;
            try
            {
                await request.Invoke();
                request.Complete();
            }
            catch (Exception exception)
            {
                if (exception is InconsistentStateException { IsSourceActivation: true } inconsistency)
                {
                    inconsistency.IsSourceActivation = false;
                    Deactivate(new(DeactivationReasonCode.ApplicationError, "The state in memory is not the stored one."));
                }

                if (request.IsUnattended)
                {
                    runtime.Log.LogWarning(exception, "{Interface}.{Method} of grain {GrainId} failed.", request.InterfaceName, request.MethodName, grainId);
                }

                request.Complete(exception);
            }
        }

        lock (_gate)
        {
            _requests.Complete(request);
            if (request.KeepsAlive) _lastUsed = runtime.Clock.GetTimestamp();
            StartRequests();
        }
    }

    private async Task ActivateAsync(ImmutableDictionary<string, object> context)
    {
        RequestContext.Current = context;
        try
        {
            using var timeout = new CancellationTokenSource(Patience, runtime.Clock);
            (Grain, var states) = grainClass.Create(this);
            foreach (var state in states) await state.ReadStateAsync().WaitAsync(timeout.Token);
            await Grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            lock (_gate)
            {
                _phase = Phase.Valid;
                _lastUsed = runtime.Clock.GetTimestamp();
                StartRequests();
            }
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "Grain {GrainId} could not be activated.", grainId);
            await ReleaseAsync(exception);
        }
    }

    private async Task EndAsync(DeactivationReason why)
    {
        _ending.Cancel();
        try
        {
            using var timeout = new CancellationTokenSource(Patience, runtime.Clock);
            await Grain!.OnDeactivateAsync(why, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "OnDeactivateAsync of grain {GrainId} failed.", grainId);
        }

        await ReleaseAsync(null);
    }

    private async Task ReleaseAsync(Exception? failure)
    {
        _ending.Cancel();
        try
        {
            if (Grain is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
            else (Grain as IDisposable)?.Dispose();
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "Grain {GrainId} could not be disposed of.", grainId);
        }

        Request[] waiting;
        lock (_gate)
        {
            _phase = Phase.Ended;
            waiting = _requests.Drain();
            runtime.Catalog.Remove(this);
        }

        foreach (var request in waiting.Where(request => !request.IsCompleted))
        {
            if (failure is null) runtime.Catalog.Dispatch(request);
            else request.Complete(failure);
        }
    }
}
