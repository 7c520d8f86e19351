using AgentManagement.Changes;
using AgentManagement.Grains.Changes;
using AgentManagement.Grains.Storage;

namespace AgentManagement.Grains.Webhooks;

/// <summary>A tenant's changes for all of its webhooks: as the feed told them, or from the log.</summary>
internal sealed class WebhookNews(string tenantId, IChangeLog log)
{
    public const int MaxBatch = 100;
    private const int Capacity = 500;

    private readonly RecentChanges _recent = new(Capacity);
    private bool _isStarted;

    /// <summary>Adds what the feed told. What comes out of order waits for what is missing, or is found in the log.</summary>
    public void Add(ImmutableArray<ChangeEvent> changes)
    {
        foreach (var change in changes)
        {
            if (!_isStarted) StartAt(change.Revision - 1);
            _recent.TryAdd(change);
        }
    }

    /// <summary>The changes after a revision.</summary>
    /// <param name="mustLook">Whether the log may have more than was told.</param>
    public async Task<ImmutableArray<ChangeEvent>> ReadAfterAsync(long revision, bool mustLook, CancellationToken cancellationToken)
    {
        if (_isStarted && !_recent.HasEarly && _recent.TryReadAfter(revision, MaxBatch, out var known) && (known.Length > 0 || !mustLook))
        {
            return known;
        }
        var changes = await log.ReadChangesAsync(tenantId, revision, MaxBatch, cancellationToken);
        if (changes.IsEmpty) return changes;
        if (!_isStarted) StartAt(revision);
        if (changes[0].Revision <= _recent.Revision + 1) _recent.Add(changes);
        return changes;
    }

    private void StartAt(long revision)
    {
        _recent.StartAt(revision);
        _isStarted = true;
    }
}
