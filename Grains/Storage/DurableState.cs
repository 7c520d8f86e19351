using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using AgentManagement.Operations;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Storage;

/// <summary>What became of a write.</summary>
internal enum WriteResult
{
    Written,

    /// <summary>Another activation wrote since the state was read; nothing was written.</summary>
    Conflict,

    /// <summary>The statement's quota fence refused; nothing was written.</summary>
    QuotaExceeded,

    /// <summary>Another request with the same idempotency key was written first; nothing was written.</summary>
    IdempotencyConflict,

    /// <summary>A kept version refers to the file that was to go; nothing was written.</summary>
    FileInUse,

    /// <summary>Writes are stopped for maintenance; nothing was written.</summary>
    Stopped,
}

/// <summary>
/// Grain state of which the memory never runs ahead of the database: after a write that did not succeed, or whose
/// outcome is unknown, the next reading goes to the database first.
/// </summary>
/// <remarks>One write at a time, each decided on <see cref="CurrentAsync"/>; readings may come in between.</remarks>
internal sealed class DurableState<T>(IPersistentState<T> storage, StorageWatch watch)
{
    // What a reading waits for a database that may not answer at all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // The fences of Silo/Schema speak through the text of a database error, the one thing all drivers pass on.
    private const string QuotaSignal = "quota_exceeded:";
    private const string IdempotencySignal = "idempotency_conflict";
    private const string FileInUseSignal = "file_in_use";
    private const string FileGoneSignal = "file_gone";
    private const string StoppedSignal = "writes_are_stopped";

    private bool _isStale;
    private bool _isWriting;
    private T _last = default!;
    private bool _isLastGood;
    private Task _reading = Task.CompletedTask;
    private Task _soon = Task.CompletedTask;

    /// <summary>The state as the database has it.</summary>
    public async ValueTask<T> CurrentAsync()
    {
        if (_isStale) await ReadAgainAsync();
        return storage.State;
    }

    /// <summary>
    /// The state as it was last seen in the database: that before a write that still runs, or whose outcome is unknown while the
    /// database does not answer. Nobody was told of that write, so whoever reads cannot miss it, and reading goes on.
    /// </summary>
    public async ValueTask<T> LastAsync()
    {
        if (!_isStale) return storage.State;
        if (_isWriting) return _last;
        if (!_isLastGood) return await CurrentAsync();
        if (_reading.IsCompleted) _soon = ReadAgainAsync().WaitAsync(Patience);
        try
        {
            await _soon;
        }
        catch (Exception)
        {
            // Counted where it was read.
        }
        return _isStale ? _last : storage.State;
    }

    /// <summary>
    /// The low 31 bits of the tenant's revision that the last change of this state made: the statement makes them the state's
    /// version. Of value after a write.
    /// </summary>
    public int Mark => int.Parse(storage.Etag!, CultureInfo.InvariantCulture);

    /// <summary>Writes the state if nobody else did since it was read.</summary>
    /// <returns>What became of it, and the limit's name when a quota refused.</returns>
    /// <exception cref="MaintenanceException">Writes are stopped.</exception>
    /// <exception cref="Exception">The database could not be asked: the outcome is unknown.</exception>
    public async Task<(WriteResult Result, string? Limit)> WriteAsync(T next)
    {
        var start = Stopwatch.GetTimestamp();
        WriteResult? result = null;
        try
        {
            (result, var limit) = await TryWriteAsync(next);
            // No refusal of this write, which callers would tell as one: whoever asked comes again.
            return result == WriteResult.Stopped ? throw new MaintenanceException() : (result.Value, limit);
        }
        finally
        {
            watch.NoteWrite(result, start);
        }
    }

    // One reading for all who need it: a second one could bring back what was there before a write that followed the first.
    private Task ReadAgainAsync()
    {
        return _reading.IsCompleted ? _reading = ReadAsync() : _reading;

        async Task ReadAsync()
        {
            try
            {
                await storage.ReadStateAsync();
            }
            catch
            {
                StorageWatch.CountFailedReading();
                throw;
            }
            _isStale = false;
        }
    }

    private async Task<(WriteResult Result, string? Limit)> TryWriteAsync(T next)
    {
        (_last, _isLastGood, _isStale, _isWriting) = (storage.State, true, true, true);
        try
        {
            storage.State = next;
            await storage.WriteStateAsync();
            _isStale = false;
            return (WriteResult.Written, null);
        }
        catch (InconsistentStateException)
        {
            // The database has answered that there is something newer, which others may have been told of.
            _isLastGood = false;
            return (WriteResult.Conflict, null);
        }
        catch (Exception exception) when (FenceMessage(exception) is { } message)
        {
            if (message.Contains(StoppedSignal, StringComparison.Ordinal)) return (WriteResult.Stopped, null);
            if (message.Contains(FileInUseSignal, StringComparison.Ordinal)) return (WriteResult.FileInUse, null);
            // A file that was found is not there any more: the decision was made on an outdated state, as any conflict is.
            if (message.Contains(FileGoneSignal, StringComparison.Ordinal)) return (WriteResult.Conflict, null);
            var quota = message.IndexOf(QuotaSignal, StringComparison.Ordinal);
            return quota < 0
                ? (WriteResult.IdempotencyConflict, null)
                : (WriteResult.QuotaExceeded, new([.. message[(quota + QuotaSignal.Length)..].TakeWhile(char.IsLetter)]));
        }
        finally
        {
            _isWriting = false;
        }
    }

    private static string? FenceMessage(Exception? exception)
    {
        // The storage bridge may have wrapped the driver's exception.
        while (exception is not null and not DbException) exception = exception.InnerException;
        string[] signals = [QuotaSignal, IdempotencySignal, FileInUseSignal, FileGoneSignal, StoppedSignal];
        return exception is not null && signals.Any(signal => exception.Message.Contains(signal, StringComparison.Ordinal)) ? exception.Message : null;
    }
}
