using AgentManagement.Changes;

namespace AgentManagement.Grains.Changes;

/// <summary>A tenant's newest changes, without gaps, so that watchers who are up to date need no database.</summary>
internal sealed class RecentChanges(int capacity)
{
    // A ring: the change of a revision has its index, see IndexOf. It grows to its capacity only where there are so many changes.
    private readonly List<ChangeEvent> _ring = [];
    private readonly Dictionary<long, ChangeEvent> _early = [];
    private long _start;

    /// <summary>The newest revision that is known.</summary>
    public long Revision { get; private set; }

    /// <summary>Begins after a revision, with none of the changes before it.</summary>
    public void StartAt(long revision)
    {
        _ring.Clear();
        (_start, Revision) = (revision, revision);
    }

    /// <summary>Adds what was read from the log; what is known already is passed over.</summary>
    /// <returns>Whether there was anything new.</returns>
    /// <exception cref="InvalidOperationException">A revision is missing.</exception>
    public bool Add(IEnumerable<ChangeEvent> changes)
    {
        var before = Revision;
        foreach (var change in changes)
        {
            if (change.Revision <= Revision || TryAddNext(change)) continue;
            throw new InvalidOperationException($"The change log has no revision {Revision + 1}.");
        }
        if (_early.Count > 0)
        {
            foreach (var known in _early.Keys.Where(revision => revision <= Revision).ToList()) _early.Remove(known);
            while (_early.Remove(Revision + 1, out var next)) TryAddNext(next);
        }
        return Revision > before;
    }

    /// <summary>Whether there are changes that came before the ones between.</summary>
    public bool HasEarly => _early.Count > 0;

    /// <summary>Adds a change if it is the next, with those after it that came early; holds one that comes early itself.</summary>
    /// <returns>Whether anything was added.</returns>
    public bool TryAdd(ChangeEvent change)
    {
        if (!TryAddNext(change))
        {
            if (change.Revision > Revision && _early.Count < capacity) _early[change.Revision] = change;
            return false;
        }
        while (_early.Remove(Revision + 1, out var next)) TryAddNext(next);
        return true;
    }

    private bool TryAddNext(ChangeEvent change)
    {
        if (change.Revision != Revision + 1) return false;
        var index = IndexOf(change.Revision);
        if (index == _ring.Count) _ring.Add(change);
        else _ring[index] = change;
        Revision = change.Revision;
        return true;
    }

    /// <summary>The changes after a revision; false when some of them are not kept here.</summary>
    public bool TryReadAfter(long revision, int limit, out ImmutableArray<ChangeEvent> changes)
    {
        var isKept = revision >= Revision - _ring.Count;
        var count = isKept ? (int)Math.Clamp(Revision - revision, 0, limit) : 0;
        var read = ImmutableArray.CreateBuilder<ChangeEvent>(count);
        for (var next = 1; next <= count; next++) read.Add(_ring[IndexOf(revision + next)]);
        changes = read.MoveToImmutable();
        return isKept;
    }

    private int IndexOf(long revision) => (int)((revision - _start - 1) % capacity);
}
