using AgentManagement.Changes;

namespace AgentManagement.Grains.Changes;

/// <summary>The newest notices, for the moment that watchers take to come back for more.</summary>
internal sealed class RecentNotices(TimeProvider time)
{
    private const int Capacity = 100;

    private readonly Queue<(long Number, Notice Notice)> _notices = new();

    /// <summary>The number of the newest. Grows from one activation of the feed to the next, too.</summary>
    public long Last { get; private set; } = time.GetUtcNow().Ticks;

    public void Add(Notice notice)
    {
        Last++;
        _notices.Enqueue((Last, notice));
        if (_notices.Count > Capacity) _notices.Dequeue();
    }

    /// <summary>Those after a number; none for null.</summary>
    public ImmutableArray<Notice> ReadAfter(long? number) =>
        number < Last ? [.. _notices.Where(each => each.Number > number).Select(each => each.Notice)] : [];
}
