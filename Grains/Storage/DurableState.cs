using System.Diagnostics;
using System.Globalization;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Operations;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Grains.Storage;

/// <summary>
/// Grain state that changes in memory only after it has changed in the database. After a write that did not succeed, or whose
/// outcome is unknown, the next read that decides something goes to the database first.
/// </summary>
/// <remarks>One write at a time, each decided on <see cref="CurrentAsync"/>; reads may come in between.</remarks>
internal sealed class DurableState<T>(IPersistentState<T> storage, StorageWatch watch) where T : class
{
    // What a read waits for a database that may not answer at all.
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(1);

    // What Orleans holds is what it is to write. Null before the first use, and when another has written over it.
    private T? _committed;
    private bool _isSure = true;
    private Task _reading = Task.CompletedTask;
    private Task _reader = Task.CompletedTask;

    /// <summary>The state as the database has it.</summary>
    public async ValueTask<T> CurrentAsync()
    {
        if (!_isSure) await ReadAgainAsync();
        return _committed ??= storage.State;
    }

    /// <summary>
    /// The state as it was last seen in the database: that before a write that still runs, or whose outcome is unknown while the
    /// database does not answer. Nobody was told of that write, so whoever reads cannot miss it, and reads go on.
    /// </summary>
    public async ValueTask<T> LastAsync()
    {
        if (_isSure || _committed is null) return await CurrentAsync();
        if (_reading.IsCompleted) _reader = ReadAgainAsync().WaitAsync(ReadTimeout);
        try
        {
            await _reader;
        }
        catch (Exception)
        {
            // Counted where it was read.
        }
        return _committed ?? await CurrentAsync();
    }

    /// <summary>
    /// The low 31 bits of the tenant's revision that the last change of this state made: the statement makes them the state's
    /// version. Of value after a write.
    /// </summary>
    public int Mark => int.Parse(storage.Etag ?? "", CultureInfo.InvariantCulture);

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

    // One read for all who need it: a second one could bring back what was there before a write that followed the first.
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
                StorageWatch.CountFailedRead();
                throw;
            }
            (_committed, _isSure) = (storage.State, true);
        }
    }

    private async Task<(WriteResult Result, string? Limit)> TryWriteAsync(T next)
    {
        _committed ??= storage.State;
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // The database has answered that there is something newer, which others may have been told of.
            (_committed, _isSure) = (null, false);
            return (WriteResult.Conflict, null);
        }
        catch (Exception exception)
        {
            _isSure = false;
            if (WriteGuards.Read(exception) is { } refusal) return refusal;
            throw;
        }
        _committed = next;
        return (WriteResult.Written, null);
    }
}
