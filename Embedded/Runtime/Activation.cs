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
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly RequestQueue requests = new();
    private readonly CancellationTokenSource ending = new();
    private TurnScheduler? scheduler;
    private AsyncServiceScope scope;
    private Phase phase = Phase.Created;
    private DeactivationReason? reason;
    private long lastUsed;
    private DateTimeOffset keptUntil;

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

    public IServiceProvider ActivationServices => scope.ServiceProvider;

    /// <summary>Cancelled when the grain has run its last request.</summary>
    public CancellationToken Ending => ending.Token;

    /// <summary>How busy a stateless worker is.</summary>
    public int Load
    {
        get
        {
            lock (gate)
            {
                return reason is null ? requests.Running + requests.Waiting : int.MaxValue;
            }
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return requests.IsEmpty && phase != Phase.Activating;
            }
        }
    }

    /// <summary>Lets code run as a turn beside the requests.</summary>
    public void Queue(Func<Task> turn) => scheduler!.Queue(turn);

    /// <returns>False when the activation has ended and left the catalog: its successor takes the request.</returns>
    public bool TryReceive(Request request)
    {
        lock (gate)
        {
            if (phase == Phase.Ended) return false;
            if (phase == Phase.Created)
            {
                phase = Phase.Activating;
                scheduler = new(this);
                scope = runtime.ServiceProvider.CreateAsyncScope();
                Queue(() => ActivateAsync(request.Context));
            }

            request.Activation = this;
            requests.Add(request);
            StartRequests();
            return true;
        }
    }

    /// <summary>Takes a tick, unless the activation is about to end.</summary>
    public void ReceiveTick(Request tick)
    {
        lock (gate)
        {
            if (reason is null) TryReceive(tick);
        }
    }

    public void Deactivate(DeactivationReason deactivationReason)
    {
        lock (gate)
        {
            reason ??= deactivationReason;
            StartRequests();
        }
    }

    /// <summary>Ends the activation if nobody used it for that long.</summary>
    public void DeactivateIfUnused(TimeSpan age)
    {
        lock (gate)
        {
            if (phase == Phase.Valid && requests.IsEmpty && runtime.Clock.GetElapsedTime(lastUsed) >= age && runtime.Clock.GetUtcNow() >= keptUntil)
            {
                Deactivate(new(DeactivationReasonCode.ActivationIdle, $"Unused for {age}."));
            }
        }
    }

    public void DelayDeactivation(TimeSpan time)
    {
        var now = runtime.Clock.GetUtcNow();
        lock (gate)
        {
            var isForEver = time == Timeout.InfiniteTimeSpan || time >= DateTimeOffset.MaxValue - now;
            keptUntil = isForEver ? DateTimeOffset.MaxValue : now + time;
        }
    }

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        new GrainTimer(this, callback, options);

    public TGrainInterface CreateReference<TGrainInterface>() => (TGrainInterface)GrainReference.Create(typeof(TGrainInterface), grainId, runtime);

    // Under the gate: starts every request that may run; once the activation is to end and nothing runs, ends it.
    private void StartRequests()
    {
        if (phase != Phase.Valid) return;
        while (reason is null && requests.TakeNext() is { } request) Queue(() => RunAsync(request));
        if (reason is { } why && requests.Running == 0)
        {
            phase = Phase.Ending;
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

        lock (gate)
        {
            requests.Complete(request);
            if (request.KeepsAlive) lastUsed = runtime.Clock.GetTimestamp();
            StartRequests();
        }
    }

    private async Task ActivateAsync(ImmutableDictionary<string, object> context)
    {
        RequestContext.Current = context;
        try
        {
            using var timeout = new CancellationTokenSource(patience, runtime.Clock);
            (Grain, var states) = grainClass.Create(this);
            foreach (var state in states) await state.ReadStateAsync().WaitAsync(timeout.Token);
            await Grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            lock (gate)
            {
                phase = Phase.Valid;
                lastUsed = runtime.Clock.GetTimestamp();
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
        ending.Cancel();
        try
        {
            using var timeout = new CancellationTokenSource(patience, runtime.Clock);
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
        ending.Cancel();
        try
        {
            if (Grain is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
            else (Grain as IDisposable)?.Dispose();
            await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            runtime.Log.LogError(exception, "Grain {GrainId} could not be disposed of.", grainId);
        }

        Request[] waiting;
        lock (gate)
        {
            phase = Phase.Ended;
            waiting = requests.Drain();
            runtime.Catalog.Remove(this);
        }

        foreach (var request in waiting.Where(request => !request.IsCompleted))
        {
            if (failure is null) runtime.Catalog.Dispatch(request);
            else request.Complete(failure);
        }
    }
}
