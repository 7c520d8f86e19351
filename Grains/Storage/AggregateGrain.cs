using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Changes;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Storage;

/// <summary>What all aggregates do alike: load, decide, write, notify. Nothing is answered that is not durable.</summary>
internal abstract class AggregateGrain<TState>(
    IPersistentState<TState> storage, StorageWatch watch, TimeProvider time, ILogger logger) : Grain
    where TState : class, IAggregateState
{
    private readonly DurableState<TState> _state = new(storage, watch);

    /// <summary>The tenant whose aggregate it is.</summary>
    protected string TenantId { get; private set; } = "";

    /// <summary>The aggregate's own id; empty where a tenant has only one of its kind.</summary>
    protected string Id { get; private set; } = "";

    /// <summary>The time to the millisecond, as precise as it is stored.</summary>
    protected DateTimeOffset Now
    {
        get
        {
            var now = time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        }
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (TenantId, Id) = ReadKey(key) ?? throw new ArgumentException($"A key of another kind of grain: {GetType().Name}.");
        return Task.CompletedTask;
    }

    /// <summary>Reads the grain's key; null when it is another kind's.</summary>
    protected abstract (string TenantId, string Id)? ReadKey(string key);

    /// <inheritdoc cref="DurableState{T}.CurrentAsync"/>
    protected ValueTask<TState> CurrentAsync() => _state.CurrentAsync();

    /// <inheritdoc cref="DurableState{T}.LastAsync"/>
    protected ValueTask<TState> LastAsync() => _state.LastAsync();

    /// <summary>Has a command decided on the current state, and writes what it leads to.</summary>
    /// <param name="decide">Decides on a state at a time. It is asked again when another activation wrote meanwhile.</param>
    /// <param name="isDryRun">Whether only to tell what would be.</param>
    /// <param name="limits">The tenant's limits; null where no quota bounds the aggregate.</param>
    protected async Task<Outcome<TAnswer>> ApplyAsync<TAnswer>(
        Func<TState, DateTimeOffset, Task<Outcome<Decided<TState, TAnswer>>>> decide, bool isDryRun, TierLimits? limits)
    {
        // A conflict means that the decision was made on an outdated state: nothing was written, so deciding once more
        // on the fresh one is safe, and answers If-Match correctly. A second conflict is the caller's to know.
        var outcome = await TryApplyAsync(decide, isDryRun, limits);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict }
            ? await TryApplyAsync(decide, isDryRun, limits) : outcome;
    }

    private async Task<Outcome<TAnswer>> TryApplyAsync<TAnswer>(
        Func<TState, DateTimeOffset, Task<Outcome<Decided<TState, TAnswer>>>> decide, bool isDryRun, TierLimits? limits)
    {
        var decided = await decide(await _state.CurrentAsync(), Now);
        if (!decided.IsOk) return decided.Refusal<TAnswer>();
        var (next, answer) = decided.Value;
        if (next is null || isDryRun) return Outcome.Ok(answer, decided.Issues);

        var change = next.Changes[0];
        var (result, limit) = await _state.WriteAsync(next);
        if (result != WriteResult.Written)
        {
            logger.LogWarning(
                LogEvents.ChangeNotWritten, "{Kind} {Subject} was not written: {Result}", change.Kind, change.AgentId, result);
            return WriteRefusals.Of<TAnswer>(result, limit, limits);
        }
        logger.LogInformation(
            LogEvents.ChangeWritten, "{Kind} {Subject} version {Version}: {Status}", change.Kind, change.AgentId, change.Version,
            change.Status);
        _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), change, _state.Mark, logger);
        return Outcome.Ok(answer, decided.Issues);
    }
}
