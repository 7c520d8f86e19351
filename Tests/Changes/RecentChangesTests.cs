using AgentManagement.Changes;

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

    [Theory, InlineData(10L), InlineData(int.MaxValue - 1L), InlineData((long)int.MaxValue), InlineData(5_000_000_000L)]
    public void A_change_of_which_the_mark_is_known_is_taken_when_it_is_the_next(long start)
    {
        var recent = Recent(start, capacity: 100);
        var mark = (start + 1) % (1L << 31);
        var change = Events((int)Math.Min(start, 10) + 1, (int)Math.Min(start, 10) + 1).Single() with { Revision = mark };
        Assert.False(recent.TryAddNext(change with { Revision = mark + 1 }));
        Assert.False(recent.TryAddNext(change with { Revision = mark - 1 }));
        Assert.Equal(start, recent.Revision);
        Assert.True(recent.TryAddNext(change));
        Assert.False(recent.TryAddNext(change));
        Assert.Equal([start + 1], Read(recent, after: start)!);
    }

    [Fact]
    public void Only_the_newest_are_kept()
    {
        var recent = Recent(start: 0, capacity: 3);
        recent.Add(Events(1, 10));
        Assert.Equal([8, 9, 10], Read(recent, after: 7)!);
        Assert.Null(Read(recent, after: 6));
    }

    private static RecentChanges Recent(long start, int capacity)
    {
        var recent = new RecentChanges(capacity);
        recent.StartAt(start);
        return recent;
    }

    private static long[]? Read(RecentChanges recent, long after, int limit = 1_000) =>
        recent.TryReadAfter(after, limit, out var changes) ? [.. changes.Select(change => change.Revision)] : null;

    private static IEnumerable<ChangeEvent> Events(int from, int to) => Enumerable.Range(from, to - from + 1).Select(revision => new ChangeEvent
    {
        Revision = revision, EventId = $"event-{revision}", Kind = ChangeKind.Updated, At = DateTimeOffset.UnixEpoch, CorrelationId = "test",
        AgentId = "bot", AgentName = "Bot", Version = revision, Status = "draft",
    });
}
