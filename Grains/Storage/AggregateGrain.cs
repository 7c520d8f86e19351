using System.Globalization;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Changes;
using AgentManagement.Operations;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Storage;

/// <summary>
/// What all aggregates do alike: load, decide, commit, notify. Nothing is answered that is not durable, and the state in memory is
/// another one only once it is committed.
/// </summary>
internal abstract class AggregateGrain<TState>(
    string stateName, IPersistentState<TState> storage, IChangeStore changes, TimeProvider time, ILogger logger) : Grain
    where TState : class, IAggregateState
{
    // What a read waits for a database that may not answer at all.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(1);

    private TState? _state;
    private int _version;
    private Standing _standing;
    private Task _reading = Task.CompletedTask;
    private FeedSignal? _feed;

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
        Take();
        return Task.CompletedTask;
    }

    /// <summary>Reads the grain's key; null when it is another kind's.</summary>
    protected abstract (string TenantId, string Id)? ReadKey(string key);

    /// <summary>The state as the database has it.</summary>
    protected async ValueTask<TState> CurrentAsync()
    {
        if (_standing != Standing.Sure) await ReadAgainAsync();
        return _state!;
    }

    /// <summary>
    /// The state as it was last seen in the database: that before a write that still runs, or whose outcome is unknown while the
    /// database does not answer. Nobody was told of that write, so whoever reads cannot miss it, and reads go on.
    /// </summary>
    protected async ValueTask<TState> LastAsync()
    {
        if (_standing != Standing.Unsure) return await CurrentAsync();
        await ReadAgainAsync().WaitAsync(ReadTimeout)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        return _standing == Standing.Outdated ? await CurrentAsync() : _state!;
    }

    /// <summary>Has a command decided on the current state, and commits what it leads to.</summary>
    /// <param name="decide">Decides on a state at a time. It is asked again when what it decided on is no longer so.</param>
    /// <param name="isDryRun">Whether only to tell what would be.</param>
    protected async Task<Outcome<TAnswer>> ApplyAsync<TAnswer>(
        Func<TState, DateTimeOffset, Task<Outcome<Decided<TState, TAnswer>>>> decide, bool isDryRun)
    {
        // A conflict means that the decision was made on an outdated state: nothing was written, so deciding once more
        // on the fresh one is safe, and answers If-Match correctly. A second conflict is the caller's to know.
        var outcome = await TryApplyAsync(decide, isDryRun);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict }
            ? await TryApplyAsync(decide, isDryRun) : outcome;
    }

    private async Task<Outcome<TAnswer>> TryApplyAsync<TAnswer>(
        Func<TState, DateTimeOffset, Task<Outcome<Decided<TState, TAnswer>>>> decide, bool isDryRun)
    {
        var decided = await decide(await CurrentAsync(), Now);
        if (!decided.IsOk) return decided.Refusal<TAnswer>();
        var (next, answer) = decided.Value;
        if (next?.Change is not { } change || isDryRun) return Ok();

        var (result, revision, limit) = await CommitAsync(next);
        if (result != WriteResult.Written)
        {
            logger.LogWarning(
                LogEvents.ChangeNotWritten, "{Kind} {Subject} was not written: {Result}", change.Kind, change.AgentId, result);
            // That is no refusal of this write, which callers would tell as one: whoever asked comes again.
            if (result == WriteResult.Stopped) throw new MaintenanceException();
            return WriteRefusals.Of<TAnswer>(result, limit, change.Limits);
        }
        logger.LogInformation(
            LogEvents.ChangeWritten, "{Kind} {Subject} version {Version}: {Status}", change.Kind, change.AgentId, change.Version,
            change.Status);
        logger.LogDebug(LogEvents.ChangeCommitted, "Event {Id} is revision {Revision} of the tenant", change.EventId, revision);
        _feed ??= new(GrainFactory, this.GetStreamProvider(ChangeStream.Provider), change.TenantId, logger);
        _ = _feed.SendAsync(change.ToEvent(revision));
        return Ok();

        Outcome<TAnswer> Ok() => Outcome.Ok(answer, decided.Issues) with { Referrers = decided.Referrers };
    }

    /// <summary>Has the state read again before it is used: another activation has written.</summary>
    protected void MarkOutdated() => _standing = Standing.Outdated;

    private async Task<ChangeResult> CommitAsync(TState next)
    {
        var version = _version;
        ChangeResult committed;
        try
        {
            committed = await changes.CommitAsync(new(stateName, this.GetPrimaryKeyString()), version, next);
        }
        catch (Exception)
        {
            if (_standing == Standing.Sure) _standing = Standing.Unsure;
            throw;
        }
        if (committed.Result == WriteResult.Written) (_state, _version, _standing) = (next, version + 1, Standing.Sure);
        // There is something newer in the database, which others may have been told of.
        else if (committed.Result is WriteResult.Conflict or WriteResult.IdempotencyConflict) MarkOutdated();
        return committed;
    }

    // One read for all who need it: a second one could bring back what was there before a write that followed the first.
    private Task ReadAgainAsync()
    {
        return _reading.IsCompleted ? _reading = ReadAsync() : _reading;

        async Task ReadAsync()
        {
            try
            {
                await storage.ReadStateAsync();
                logger.LogDebug(LogEvents.StateRead, "The state {State} was read anew", stateName);
            }
            catch
            {
                StorageWatch.CountFailedRead();
                throw;
            }
            Take();
        }
    }

    private void Take()
    {
        _state = storage.State;
        _version = int.Parse(storage.Etag ?? "0", CultureInfo.InvariantCulture);
        _standing = Standing.Sure;
    }

    /// <summary>What is known of the state in memory.</summary>
    private enum Standing
    {
        /// <summary>It is the database's.</summary>
        Sure,

        /// <summary>A write's outcome is not known: it is the database's, or the one before it.</summary>
        Unsure,

        /// <summary>The database has another one.</summary>
        Outdated,
    }
}
