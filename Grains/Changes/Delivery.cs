using AgentManagement.Observability;
using AgentManagement.Storage;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Changes;

/// <summary>
/// One destination's way through one tenant's changes. Runs while there is something to send; what fails is tried again
/// when it is woken the next time. Lives in the turns of the tenant's feed.
/// </summary>
internal sealed class Delivery(
    string tenantId, IDestination destination, RecentChanges recent, IChangeLog log, IDeliveryStore records, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int LargestBatch = 200;
    private static readonly TimeSpan RecordPeriod = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private Delivered? _recorded;
    private long _recordedAt;
    private long _told;
    private string? _epoch;
    private bool _hasFailed;

    /// <summary>Whether there is anything to send or to record.</summary>
    public bool IsBehind => _epoch is null || IsUntold(destination.Epoch) || _recorded != new Delivered(_told, _epoch);

    /// <summary>Goes on, unless it is going on already.</summary>
    public void Wake()
    {
        if (_running.IsCompleted && IsBehind) _running = RunAsync();
    }

    /// <summary>Tells what is of this moment only; who is not there misses it.</summary>
    public async Task TellAsync(Notice notice)
    {
        try
        {
            if (destination.Epoch is not null) await destination.TellAsync(tenantId, recent.Revision, notice);
        }
        catch (Exception exception)
        {
            logger.LogDebug(LogEvents.NoticeLost, exception, "A notice did not reach {Destination}", destination.Name);
        }
    }

    /// <summary>Ends, with what was sent on record.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        if (_epoch is not null && IsBehind) await TryAsync(RecordAsync);
        _ending.Dispose();
    }

    private bool IsUntold(string? epoch) => _told < recent.Revision || _epoch != epoch;

    private Task RunAsync() => TryAsync(async () =>
    {
        _recorded ??= await records.FindAsync(tenantId, destination.Name) ?? new(0, "");
        if (_epoch is null) (_told, _epoch) = (_recorded.Revision, _recorded.Epoch);
        while (destination.Epoch is { } epoch && IsUntold(epoch))
        {
            // In another epoch it may know less than it was told.
            if (epoch != _epoch) (_told, _epoch) = (Floor(await SendAsync([])), epoch);
            while (_told < recent.Revision)
            {
                var changes = await ReadAsync();
                var told = await SendAsync(changes);
                if (told < changes[0].Revision && told == _told) throw new InvalidOperationException("The destination takes no changes.");
                _told = Floor(told);
            }
        }
        // Not for each change: until then the destination itself knows what it has.
        if (_recorded != new Delivered(_told, _epoch) && time.GetElapsedTime(_recordedAt) >= RecordPeriod) await RecordAsync();

        async Task<long> SendAsync(ImmutableArray<ChangeEvent> changes)
        {
            _ending.Token.ThrowIfCancellationRequested();
            var told = await destination.SendAsync(new(tenantId, changes, recent.Revision, _recorded.Revision), _ending.Token);
            // Ahead of what is known here another activation of this feed may have been, or it was before a backup was restored.
            if (told <= recent.Revision || told <= await log.ReadRevisionAsync(tenantId))
            {
                DeliveryMetrics.Count(destination.Name, changes, told, time.GetUtcNow());
                return told;
            }
            logger.LogWarning(LogEvents.DestinationAhead, "{Destination} is at revision {Told}, which the tenant does not have; it begins anew", destination.Name, told);
            // Those that it is filled up with happened long ago.
            _recorded = new(recent.Revision, "");
            return await destination.SendAsync(new(tenantId, [], recent.Revision, Told: recent.Revision, Restart: true), _ending.Token);
        }
    });

    private async Task TryAsync(Func<Task> deliver)
    {
        try
        {
            await deliver();
            if (_hasFailed) logger.LogInformation(LogEvents.DestinationToldAgain, "{Destination} is told of changes again", destination.Name);
            _hasFailed = false;
        }
        catch (OperationCanceledException)
        {
            // The feed goes on elsewhere, or later.
        }
        catch (Exception exception)
        {
            DeliveryMetrics.CountFailure(destination.Name);
            if (!_hasFailed) logger.LogWarning(LogEvents.DestinationBehind, exception, "{Destination} could not be told of changes; it will be", destination.Name);
            _hasFailed = true;
        }
    }

    /// <summary>The revision to go on from, when the destination is so far.</summary>
    private long Floor(long told) => Math.Max(told, recent.Revision - destination.Capacity);

    private async Task<ImmutableArray<ChangeEvent>> ReadAsync() =>
        recent.TryReadAfter(_told, LargestBatch, out var changes) ? changes : await log.ReadChangesAsync(tenantId, _told, LargestBatch);

    private async Task RecordAsync()
    {
        var delivered = new Delivered(_told, _epoch!);
        await records.RecordAsync(tenantId, destination.Name, delivered);
        (_recorded, _recordedAt) = (delivered, time.GetTimestamp());
    }
}
