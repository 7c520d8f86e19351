namespace AgentManagement.Changes;

/// <summary>A tenant's newest changes, without gaps, so that watchers who are up to date need no database.</summary>
internal sealed class RecentChanges(int capacity)
{
    private readonly Queue<ChangeEvent> _events = new();

    /// <summary>The newest revision that is known.</summary>
    public long Revision { get; private set; }

    /// <summary>Forgets everything before a revision.</summary>
    public void StartAt(long revision)
    {
        _events.Clear();
        Revision = revision;
    }

    /// <summary>Adds what was read from the log; what is known already is passed over.</summary>
    /// <returns>Whether there was anything new.</returns>
    /// <exception cref="InvalidOperationException">A revision is missing.</exception>
    public bool Add(IEnumerable<ChangeEvent> changes)
    {
        var before = Revision;
        foreach (var change in changes)
        {
            if (change.Revision <= Revision) continue;
            if (change.Revision != Revision + 1) throw new InvalidOperationException($"The change log has no revision {Revision + 1}.");
            _events.Enqueue(change);
            Revision = change.Revision;
            if (_events.Count > capacity) _events.Dequeue();
        }
        return Revision > before;
    }

    /// <summary>Adds a change of which only the low 31 bits of the revision are known, if it is the next.</summary>
    public bool TryAddNext(ChangeEvent change) =>
        change.Revision == (Revision + 1 & int.MaxValue) && Add([change with { Revision = Revision + 1 }]);

    /// <summary>Whether the change that made this version is kept here.</summary>
    public bool Has(string agentId, int version) => _events.Any(change => change.Version == version && change.AgentId == agentId);

    /// <summary>The changes after a revision; false when some of them are not kept here.</summary>
    public bool TryReadAfter(long revision, int limit, out ImmutableArray<ChangeEvent> changes)
    {
        var isKept = revision >= Revision - _events.Count;
        changes = isKept ? [.. _events.Where(change => change.Revision > revision).Take(limit)] : [];
        return isKept;
    }
}
