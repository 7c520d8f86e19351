using AgentManagement.Changes;
using AgentManagement.Grains.Changes;

namespace AgentManagement.Tests.Changes;

public sealed class RecentChangesTests
{
    [Fact]
    public void Changes_are_handed_out_in_order_from_any_revision_that_is_kept()
    {
        var recent = Recent(start: 10, capacity: 100);
        Assert.True(recent.Add(Events(11, 15)));
        Assert.Equal([13, 14], Read(recent, after: 12, limit: 2)!);
        Assert.Equal([11, 12, 13, 14, 15], Read(recent, after: 10)!);
        Assert.Equal([], Read(recent, after: 15)!);
        Assert.Null(Read(recent, after: 9));
    }

    [Fact]
    public void What_is_known_already_is_passed_over()
    {
        var recent = Recent(start: 10, capacity: 100);
        recent.Add(Events(11, 13));
        Assert.False(recent.Add(Events(12, 13)));
        Assert.True(recent.Add(Events(12, 14)));
        Assert.Equal([11, 12, 13, 14], Read(recent, after: 10)!);
    }

    [Fact]
    public void A_gap_is_never_handed_on()
    {
        var recent = Recent(start: 10, capacity: 100);
        Assert.Throws<InvalidOperationException>(() => recent.Add(Events(12, 13)));
        Assert.Equal(10, recent.Revision);
    }

    [Fact]
    public void A_change_is_added_when_it_is_the_next_with_those_that_came_early()
    {
        var recent = Recent(start: 10, capacity: 100);
        var (next, second, fourth) = (Events(11, 11).Single(), Events(12, 12).Single(), Events(14, 14).Single());
        Assert.False(recent.TryAdd(second));
        Assert.False(recent.TryAdd(fourth));
        Assert.False(recent.TryAdd(next with { Revision = 10 }));
        Assert.Equal((10, true), (recent.Revision, recent.HasEarly));
        Assert.True(recent.TryAdd(next));
        Assert.False(recent.TryAdd(next));
        Assert.Equal([11, 12], Read(recent, after: 10)!);
        Assert.True(recent.HasEarly);
    }

    [Fact]
    public void What_came_early_is_not_held_when_the_log_has_told_it()
    {
        var recent = Recent(start: 10, capacity: 100);
        foreach (var early in Events(12, 15)) Assert.False(recent.TryAdd(early));
        Assert.True(recent.Add(Events(11, 13)));
        Assert.Equal((15, false), (recent.Revision, recent.HasEarly));
        Assert.Equal([11, 12, 13, 14, 15], Read(recent, after: 10)!);
    }

    [Fact]
    public void Only_the_newest_are_kept()
    {
        var recent = Recent(start: 0, capacity: 3);
        recent.Add(Events(1, 10));
        Assert.Equal([8, 9, 10], Read(recent, after: 7)!);
        Assert.Null(Read(recent, after: 6));
        recent.StartAt(20);
        recent.Add(Events(21, 22));
        Assert.Equal([21, 22], Read(recent, after: 20)!);
        Assert.Null(Read(recent, after: 19));
    }

    private static RecentChanges Recent(long start, int capacity)
    {
        var recent = new RecentChanges(capacity);
        recent.StartAt(start);
        return recent;
    }

    private static long[]? Read(RecentChanges recent, long after, int limit = 1_000) =>
        recent.TryReadAfter(after, limit, out var changes) ? [.. changes.Select(change => change.Revision)] : null;

    private static IEnumerable<ChangeEvent> Events(int from, int to) => Enumerable.Range(from, to - from + 1)
        .Select(revision => new ChangeEvent
        {
            Revision = revision, EventId = $"event-{revision}", Kind = ChangeKind.Updated, At = DateTimeOffset.UnixEpoch,
            CorrelationId = "test",
            AgentId = "bot", AgentName = "Bot", Version = revision, Status = "draft",
        });
}
