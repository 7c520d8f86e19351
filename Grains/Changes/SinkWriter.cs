using AgentManagement.Changes;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Changes;

/// <summary>
/// Writes one tenant's changes to one sink. Runs while there is something to send; what fails is tried again when it is
/// woken the next time. Lives in the turns of the tenant's feed.
/// </summary>
internal sealed class SinkWriter(
    string tenantId, IChangeSink sink, RecentChanges recent, IChangeLog log, ISinkCursorStore cursors, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private const int MaxBatch = 200;
    private static readonly TimeSpan RecordInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private SinkCursor? _recorded;
    private long _recordedAt;
    private long _sent;
    private string? _incarnation;
    private bool _hasFailed;

    /// <summary>Whether there is anything to send or to record.</summary>
    public bool IsBehind => _incarnation is null || IsUnsent(sink.Incarnation) || _recorded != new SinkCursor(_sent, _incarnation);

    /// <summary>Goes on, unless it is going on already.</summary>
    public void Wake()
    {
        if (_running.IsCompleted && IsBehind) _running = RunAsync();
    }

    /// <summary>Sends what is of this moment only; who is not there misses it.</summary>
    public async Task PublishAsync(Notice notice)
    {
        try
        {
            if (sink.Incarnation is not null) await sink.PublishAsync(tenantId, recent.Revision, notice);
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.NoticeNotPublished, exception, "A notice did not reach {Sink}", sink.Name);
        }
    }

    /// <summary>Ends, with what was sent on record.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        if (_incarnation is not null && IsBehind) await TryAsync(RecordAsync);
        _ending.Dispose();
    }

    private bool IsUnsent(string? incarnation) => _sent < recent.Revision || _incarnation != incarnation;

    private Task RunAsync() => TryAsync(async () =>
    {
        _recorded ??= await cursors.FindAsync(tenantId, sink.Name) ?? new(0, "");
        if (_incarnation is null) (_sent, _incarnation) = (_recorded.Revision, _recorded.Incarnation);
        while (sink.Incarnation is { } incarnation && IsUnsent(incarnation))
        {
            // In another incarnation it may have less than it was sent.
            if (incarnation != _incarnation) (_sent, _incarnation) = (Floor(await SendAsync([])), incarnation);
            while (_sent < recent.Revision)
            {
                var changes = await ReadAsync();
                var sent = await SendAsync(changes);
                if (sent < changes[0].Revision && sent == _sent) throw new InvalidOperationException("The sink takes no changes.");
                _sent = Floor(sent);
            }
        }
        // Not for each change: until then the sink itself knows what it has.
        if (_recorded != new SinkCursor(_sent, _incarnation) && time.GetElapsedTime(_recordedAt) >= RecordInterval) await RecordAsync();

        async Task<long> SendAsync(ImmutableArray<ChangeEvent> changes)
        {
            _ending.Token.ThrowIfCancellationRequested();
            var sent = await sink.SendAsync(new(tenantId, changes, recent.Revision, _recorded.Revision), _ending.Token);
            // Ahead of what is known here another activation of this feed may have been, or it was before a backup was restored.
            if (sent <= recent.Revision || sent <= await log.ReadRevisionAsync(tenantId))
            {
                SinkMetrics.Count(sink.Name, changes, sent, time.GetUtcNow());
                EventLog.Delivered(logger, tenantId, sink.Name, changes);
                return sent;
            }
            logger.LogWarning(
                LogEvents.SinkAhead, "{Sink} is at revision {Revision}, which the tenant does not have; it begins anew",
                sink.Name, sent);
            // Those that it is filled up with happened long ago.
            _recorded = new(recent.Revision, "");
            return await sink.SendAsync(new(tenantId, [], recent.Revision, Published: recent.Revision, Restart: true), _ending.Token);
        }
    });

    private async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            if (_hasFailed) logger.LogInformation(LogEvents.SinkRecovered, "{Sink} is told of changes again", sink.Name);
            _hasFailed = false;
        }
        catch (OperationCanceledException)
        {
            // The feed goes on elsewhere, or later.
        }
        catch (Exception exception)
        {
            SinkMetrics.CountFailure(sink.Name);
            if (!_hasFailed)
            {
                logger.LogWarning(LogEvents.SinkFailed, exception, "{Sink} could not be told of changes; it will be", sink.Name);
            }
            _hasFailed = true;
        }
    }

    /// <summary>The revision to go on from, when the sink is so far.</summary>
    private long Floor(long sent) => Math.Max(sent, recent.Revision - sink.Capacity);

    private async Task<ImmutableArray<ChangeEvent>> ReadAsync() =>
        recent.TryReadAfter(_sent, MaxBatch, out var changes)
            ? changes
            : await log.ReadChangesAsync(tenantId, _sent, MaxBatch, _ending.Token);

    private async Task RecordAsync()
    {
        var cursor = new SinkCursor(_sent, _incarnation!);
        await cursors.RecordAsync(tenantId, sink.Name, cursor);
        (_recorded, _recordedAt) = (cursor, time.GetTimestamp());
    }
}
