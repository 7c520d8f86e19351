using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Changes;

/// <summary>What watchers of a tenant are told.</summary>
public sealed class FeedGrainTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_change_is_told_once_in_order_from_any_revision(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        await WriteAsync(silo, "bot", changes: 3);
        await silo.Tenant("other").ApplyAsync("bot", new CreateAgent(Sample.Content()));

        var all = await ReadAsync(silo, 0, 100);
        Assert.Equal([(1, ChangeKind.Created), (2, ChangeKind.Updated), (3, ChangeKind.Updated)], all.Changes.Select(change => ((int)change.Revision, change.Kind)));
        Assert.Equal((3, false), (all.Revision, all.MustResync));
        Assert.Equal([2], (await ReadAsync(silo, 1, 1)).Changes.Select(change => change.Revision));
        Assert.Empty((await ReadAsync(silo, 3, 100)).Changes);
        var last = all.Changes[^1];
        Assert.Equal(("bot", "Support bot", 3, AgentStatus.Draft, "test"), (last.AgentId, last.AgentName, last.Version, last.Status, last.CorrelationId));
        Assert.Equal(3, all.Changes.Select(change => change.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Those_who_wait_are_told_of_a_change_whoever_writes_it()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TestSilo.StartAsync(database);
        // A silo that knows nothing of the first one, and so cannot tell it.
        await using var stranger = await TestSilo.StartAsync(database);
        await WriteAsync(silo, "bot", changes: 1);
        var waiting = Enumerable.Range(0, 50).Select(_ => ReadOnAsync(silo, since: 1)).ToList();
        Assert.DoesNotContain(waiting, each => each.IsCompleted);

        await WriteAsync(stranger, "other-bot", changes: 2);

        foreach (var each in waiting) Assert.Equal([2, 3], (await Await.For(each, "the changes")).Select(change => change.Revision));
    }

    [Fact]
    public async Task A_watcher_far_behind_gets_all_of_the_log_in_batches()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using (var silo = await TestSilo.StartAsync(database)) await WriteAsync(silo, "bot", changes: 25);
        // Started anew, the feed knows the newest revision only.
        await using var later = await TestSilo.StartAsync(database);
        await ReadAsync(later, 25, 1);
        var revisions = new List<long>();
        while (revisions.Count < 25)
        {
            var batch = await ReadAsync(later, revisions.LastOrDefault(), 10);
            Assert.InRange(batch.Changes.Length, 1, 10);
            revisions.AddRange(batch.Changes.Select(change => change.Revision));
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(number => (long)number), revisions);
    }

    [Fact]
    public async Task A_revision_that_the_tenant_never_had_asks_for_a_resync()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TestSilo.StartAsync(database);
        await WriteAsync(silo, "bot", changes: 2);
        var batch = await ReadAsync(silo, 7, 10);
        Assert.Equal((true, 2L), (batch.MustResync, batch.Revision));
        Assert.Empty(batch.Changes);
    }

    [Fact]
    public async Task Without_a_revision_a_watch_begins_with_the_next_change()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TestSilo.StartAsync(database);
        await WriteAsync(silo, "bot", changes: 2);
        var batch = await ReadAsync(silo, since: null, 10);
        Assert.Equal((2L, false, 0), (batch.Revision, batch.MustResync, batch.Changes.Length));
    }

    [Fact]
    public async Task A_tier_bounds_its_watchers_and_one_that_leaves_makes_room()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TestSilo.StartAsync(database);
        async Task<OutcomeKind> WatchAsync(string? watcher)
        {
            TestSilo.ActAs("acme", "viewer", tier: "free");
            return (await silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme")).ReadAsync(new() { Watcher = watcher })).Kind;
        }
        Assert.Equal([OutcomeKind.Ok, OutcomeKind.Ok, OutcomeKind.QuotaExceeded, OutcomeKind.Ok, OutcomeKind.Ok],
            [await WatchAsync("a"), await WatchAsync("b"), await WatchAsync("c"), await WatchAsync("a"), await WatchAsync(null)]);
        TestSilo.ActAs("acme", "viewer", tier: "free");
        await silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme")).LeaveAsync("b");
        Assert.Equal((OutcomeKind.Ok, OutcomeKind.QuotaExceeded), (await WatchAsync("c"), await WatchAsync("b")));
    }

    [Fact]
    public async Task Another_tenants_feed_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TestSilo.StartAsync(database);
        TestSilo.ActAs("acme");
        var denied = await Assert.ThrowsAsync<AccessDeniedException>(() =>
            silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("other")).ReadAsync(new() { Since = 0 }));
        Assert.Equal("tenant_mismatch", denied.Code);
    }

    private static IFeedGrain Feed(TestSilo silo)
    {
        TestSilo.ActAs("acme", "viewer");
        return silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme"));
    }

    private static async Task<ChangeBatch> ReadAsync(TestSilo silo, long? since, int limit, TimeSpan patience = default) =>
        (await Feed(silo).ReadAsync(new() { Since = since, Limit = limit, Patience = patience })).Value!;

    private static async Task WriteAsync(TestSilo silo, string agentId, int changes)
    {
        for (var number = 0; number < changes; number++)
        {
            var outcome = await silo.Tenant("acme").ApplyAsync(agentId, new ReplaceAgent(Sample.Content(text: $"Version {number}.")));
            Assert.True(outcome.IsOk, outcome.Detail);
        }
    }

    /// <summary>Reads until it has two changes.</summary>
    private static async Task<List<ChangeEvent>> ReadOnAsync(TestSilo silo, long since)
    {
        var changes = new List<ChangeEvent>();
        while (changes.Count < 2)
        {
            changes.AddRange((await ReadAsync(silo, changes.LastOrDefault()?.Revision ?? since, 10, IFeedGrain.LongestPatience)).Changes);
        }
        return changes;
    }
}
