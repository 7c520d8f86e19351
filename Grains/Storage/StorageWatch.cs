using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentManagement.Domain.Outcomes;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Storage;

/// <summary>What became of this process's readings and writes of state, for metrics and for its health.</summary>
public sealed class StorageWatch(TimeProvider time)
{
    private static readonly Counter<long> Writes = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.writes", "{write}", "Changes to write, by outcome.");

    private static readonly Histogram<double> Duration = ServiceMeter.Meter.CreateHistogram(
        "agent_management.write.duration", "s", "How long a change waited for its commit, by outcome.", advice: ServiceMeter.Durations);

    private static readonly Counter<long> Errors = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.storage.errors", "{error}", "Readings and writes of state that the database did not answer.");

    private readonly Lock _lock = new();
    private DateTimeOffset? _failedAt;

    /// <summary>When the last write failed; null when one was answered since.</summary>
    public DateTimeOffset? FailedAt
    {
        get
        {
            lock (_lock) return _failedAt;
        }
    }

    /// <summary>Notes a write; null when its outcome is not known.</summary>
    public void NoteWrite(WriteResult? result, long start)
    {
        lock (_lock) _failedAt = result is null ? time.GetUtcNow() : null;
        var tag = new KeyValuePair<string, object?>("outcome", result switch
        {
            WriteResult.Written => "written",
            WriteResult.Conflict => "conflict",
            WriteResult.QuotaExceeded => "quota_exceeded",
            WriteResult.IdempotencyConflict => "idempotency_conflict",
            WriteResult.FileInUse => "file_in_use",
            WriteResult.Stopped => "stopped",
            WriteResult.Overloaded => "overloaded",
            _ => "error",
        });
        Writes.Add(1, tag);
        Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tag);
        if (result is null) CountError("write");
    }

    /// <summary>Notes that the database takes writes again, unless one has failed since.</summary>
    public void NoteProbe(DateTimeOffset failed)
    {
        lock (_lock)
        {
            if (_failedAt == failed) _failedAt = null;
        }
    }

    /// <summary>Counts a reading that failed.</summary>
    public static void CountFailedRead() => CountError("read");

    private static void CountError(string operation) => Errors.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
