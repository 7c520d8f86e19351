using System.Collections.Concurrent;
using AgentManagement.Changes;
using AgentManagement.Grains.Changes;

namespace AgentManagement.Tests.Changes;

/// <summary>A sink that keeps what it is told, like a stream: what it has already it passes over.</summary>
internal sealed class RecordingSink : IChangeSink
{
    private readonly Lock _gate = new();
    private readonly List<ChangeEvent> _changes = [];

    public string Name => "recording";

    public string? Incarnation { get; set; } = "first";

    public int Capacity { get; init; } = 1_000;

    /// <summary>Fails as often as this says.</summary>
    public int Failures { get; set; }

    public ConcurrentQueue<SinkBatch> Batches { get; } = new();

    public ConcurrentQueue<Notice> Notices { get; } = new();

    public long[] Revisions
    {
        get
        {
            lock (_gate) return [.. _changes.Select(change => change.Revision)];
        }
    }

    /// <summary>Loses what it has beyond a revision.</summary>
    public void Lose(long beyond)
    {
        lock (_gate) _changes.RemoveAll(change => change.Revision > beyond);
    }

    public Task<long> SendAsync(SinkBatch batch, CancellationToken cancellationToken)
    {
        Batches.Enqueue(batch);
        lock (_gate)
        {
            if (Failures > 0 && Failures-- > 0) throw new IOException("Not now.");
            if (batch.Restart) _changes.Clear();
            var last = _changes.LastOrDefault()?.Revision ?? 0;
            var isGap = batch.Changes is [{ } first, ..] && first.Revision > last + 1 && first.Revision - 1 > batch.Revision - Capacity;
            if (!isGap) _changes.AddRange(batch.Changes.Where(change => change.Revision > last));
            return Task.FromResult(_changes.LastOrDefault()?.Revision ?? 0);
        }
    }

    public Task PublishAsync(string tenantId, long revision, Notice notice)
    {
        Notices.Enqueue(notice);
        return Task.CompletedTask;
    }
}
