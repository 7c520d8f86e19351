using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace AgentManagement.Silo.Commits;

/// <summary>
/// Commits the changes of this silo's grains, those that wait together in one transaction: whatever arrives while one runs is the next
/// batch. Nobody waits for more to come.
/// </summary>
internal sealed class ChangeStore : IChangeStore, IAsyncDisposable
{
    private readonly StorageWatch _watch;
    private readonly VersionRetention _retention;
    private readonly CommitQueue _queue;

    public ChangeStore(
        Database database, IOptions<ClusterOptions> cluster, StorageWatch watch, VersionRetention retention, TimeProvider time,
        SiloFence? fence = null)
    {
        (_watch, _retention) = (watch, retention);
        _queue = new(database, cluster.Value.ServiceId, fence, time);
    }

    public async Task<ChangeResult> CommitAsync<TState>(StateKey key, int version, TState next) where TState : class, IAggregateState
    {
        var entry = next.Change ?? throw new ArgumentException("A state without a change.", nameof(next));
        var change = new PendingChange
        {
            State = key, StateVersion = version, Entry = entry, Content = next.Content,
            Payload = JsonSerializer.SerializeToUtf8Bytes(next, GrainStateSerializer.Options),
            Document = Write(next.Content), Details = Write((object?)entry.Details ?? entry.Step),
        };
        var start = Stopwatch.GetTimestamp();
        WriteResult? result = null;
        try
        {
            var done = await _queue.CommitAsync(change);
            result = done.Result;
            if (result == WriteResult.Written) _retention.Note(entry);
            return done;
        }
        finally
        {
            _watch.NoteWrite(result, start);
        }
    }

    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    private static string? Write(object? content) =>
        content is null ? null : JsonSerializer.Serialize(content, content.GetType(), GrainStateSerializer.Options);
}

/// <summary>
/// Commits one batch after the other, over a connection of its own. One alone: of two, each would have half of the changes in a batch, and
/// a batch costs nearly as much as it does with twice as many.
/// </summary>
internal sealed class CommitQueue : IAsyncDisposable
{
    private const int MaxChanges = 64;
    private const int MaxBytes = 4 << 20;

    // What may wait: some seconds' work of a database in good health.
    private const int MaxWaiting = 2_000;
    private const long MaxWaitingBytes = 64 << 20;

    // In milliseconds, and what PostgreSQL says when it was longer.
    private const int LongestPause = 1_500;
    private const string IdleInTransaction = "25P03";

    private static readonly Histogram<int> BatchSize = ServiceMeter.Meter.CreateHistogram(
        "agent_management.commit.changes", "{change}", "Changes that a transaction committed or refused together.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    private readonly Channel<Waiting> _queue =
        Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Database _database;
    private readonly string _serviceId;
    private readonly SiloFence? _fence;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private DbConnection? _connection;
    private long _waitingBytes;

    public CommitQueue(Database database, string serviceId, SiloFence? fence, TimeProvider time)
    {
        (_database, _serviceId, _fence, _time) = (database, serviceId, fence, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Has a change committed with the next batch.</summary>
    /// <exception cref="DbException">It is not known whether it was committed.</exception>
    public Task<ChangeResult> CommitAsync(PendingChange change)
    {
        var waiting = new Waiting(change);
        if (Interlocked.Add(ref _waitingBytes, waiting.Bytes) <= MaxWaitingBytes && _queue.Writer.TryWrite(waiting)) return waiting.Task;
        Interlocked.Add(ref _waitingBytes, -waiting.Bytes);
        return Task.FromResult(new ChangeResult(WriteResult.Overloaded));
    }

    /// <summary>Ends when all that wait have their answer.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _running;
        await CloseAsync();
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            var batch = Gather();
            BatchSize.Record(batch.Count);
            await CommitAsync(batch);
        }
    }

    private List<Waiting> Gather()
    {
        var (batch, states, bytes) = (new List<Waiting>(), new HashSet<StateKey>(), 0L);
        while (batch.Count < MaxChanges && _queue.Reader.TryPeek(out var next))
        {
            if (batch.Count > 0 && bytes + next.Bytes > MaxBytes) break;
            // Each statement sees all changes at once, so a state's second change has to wait for the first.
            if (!states.Add(next.Change.State)) break;
            _queue.Reader.TryRead(out _);
            Interlocked.Add(ref _waitingBytes, -next.Bytes);
            bytes += next.Bytes;
            batch.Add(next);
        }
        return batch;
    }

    private async Task CommitAsync(List<Waiting> batch)
    {
        var failure = await TryAsync(batch, isRepeated: false);
        // Once more as a whole, where the fault is not in what was to be written: a lost connection, a deadlock.
        if (failure is not null && IsTransient(failure)) failure = await TryAsync(batch, isRepeated: true);
        if (failure is null) return;
        if (batch.Count == 1 || IsTransient(failure))
        {
            foreach (var waiting in batch) waiting.Fail(failure);
            return;
        }
        // One of them cannot be written, and the others are not to suffer for it.
        foreach (var waiting in batch)
        {
            if (await TryAsync([waiting], isRepeated: true) is { } own) waiting.Fail(own);
        }
    }

    /// <summary>Answers those who wait, or returns why it could not.</summary>
    private async Task<Exception?> TryAsync(List<Waiting> batch, bool isRepeated)
    {
        try
        {
            _connection ??= await OpenAsync();
            CommitPoints.Reached?.Invoke(CommitPoint.Gathered);
            var results = await new ChangeBatch(_connection, _serviceId, _fence, _time)
                .CommitAsync([.. batch.Select(waiting => waiting.Change)], isRepeated);
            CommitPoints.Reached?.Invoke(CommitPoint.Committed);
            foreach (var (waiting, result) in batch.Zip(results)) waiting.Answer(result);
            CommitPoints.Reached?.Invoke(CommitPoint.Answered);
            return null;
        }
        catch (Exception exception)
        {
            // With the connection its transaction ends, if it has not ended.
            await CloseAsync();
            return exception;
        }
    }

    // Its statements find rows by their keys, however many: to plan them for each number of rows was a tenth of their time. A plan that
    // is made while a table has few rows would read all of it, and stay when it has thousands. What has no key is a table of a few rows,
    // and not to be compiled for what it seems to cost.
    private const string PlansByKey =
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
        + "SET jit = off";

    private async Task<DbConnection> OpenAsync()
    {
        var connection = await _database.Source.OpenConnectionAsync();
        // A silo that stands still must not keep the tenants that it has locked from others, nor commit when it goes on: that time is
        // below the one after which the others take over its grains.
        if (connection is NpgsqlConnection)
        {
            await connection.ExecuteAsync($"SET idle_in_transaction_session_timeout = {LongestPause}; {PlansByKey}");
        }
        return connection;
    }

    private async Task CloseAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is null) return;
        try
        {
            // SQLite's pool hands a connection on as it is.
            if (connection is SqliteConnection sqlite) sqlite.Execute("ROLLBACK");
        }
        catch (DbException)
        {
            // There is no transaction.
        }
        await connection.DisposeAsync();
    }

    private static bool IsTransient(Exception failure) => failure switch
    {
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("40", StringComparison.Ordinal)
            || refused.SqlState == IdleInTransaction,
        SqliteException { SqliteErrorCode: 5 or 6 } => true,
        SqliteException => false,
        DbException or IOException or TimeoutException or SiloUnavailableException => true,
        _ => false,
    };

    private sealed class Waiting(PendingChange change)
    {
        private readonly TaskCompletionSource<ChangeResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PendingChange Change => change;

        public long Bytes { get; } = change.Payload.Length + change.VersionBytes;

        public Task<ChangeResult> Task => _done.Task;

        public void Answer(ChangeResult result) => _done.TrySetResult(result);

        public void Fail(Exception exception) => _done.TrySetException(exception);
    }
}
