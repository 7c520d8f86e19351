using AgentManagement.Changes;
using AgentManagement.Grains.Storage;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Tests.Changes;

/// <summary>What watchers of a tenant are told.</summary>
public sealed class FeedGrainTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    private string Other => $"{_tenant}-other";

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_change_is_told_once_in_order_from_any_revision(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await WriteAsync(silo, "bot", changes: 3);
        await silo.Tenant(Other).ApplyAsync("bot", new CreateAgent(Sample.Content()));

        var all = await ReadAsync(silo, 0, 100);
        Assert.Equal([(1, ChangeKind.Created), (2, ChangeKind.Updated), (3, ChangeKind.Updated)],
            all.Changes.Select(change => ((int)change.Revision, change.Kind)));
        Assert.Equal((3, false), (all.Revision, all.MustResync));
        Assert.Equal([2], (await ReadAsync(silo, 1, 1)).Changes.Select(change => change.Revision));
        Assert.Empty((await ReadAsync(silo, 3, 100)).Changes);
        var last = all.Changes[^1];
        Assert.Equal(("bot", "Support bot", 3, AgentStatus.Draft, "test"),
            (last.AgentId, last.AgentName, last.Version, last.Status, last.CorrelationId));
        Assert.Equal(3, all.Changes.Select(change => change.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Those_who_wait_are_told_of_a_change_whoever_writes_it()
    {
        var silo = await silos.OfAsync("sqlite");
        // A silo that knows nothing of the first one, and so cannot tell it.
        var stranger = await silos.OfAsync("sqlite", "stranger");
        await WriteAsync(silo, "bot", changes: 1);
        var waiting = Enumerable.Range(0, 50).Select(_ => WatchAsync(silo, since: 1)).ToList();
        Assert.DoesNotContain(waiting, each => each.IsCompleted);

        await WriteAsync(stranger, "other-bot", changes: 2);

        foreach (var each in waiting) Assert.Equal([2, 3], (await Await.For(each, "the changes")).Select(change => change.Revision));
    }

    [Fact]
    public async Task A_change_whose_call_was_lost_comes_over_the_stream_as_it_is()
    {
        await using var silo = await TestSilo.StartAsync("sqlite", adjust: services =>
        {
            services.AddSingleton<IIncomingGrainCallFilter, LostCalls>();
            // A log in which nothing is found: what comes has come over the stream.
            services.AddSingleton(provider =>
            {
                IChangeLog log = ActivatorUtilities.CreateInstance<SqlChangeLog>(provider);
                return Proxy.Of<IChangeLog>((method, arguments) => method.Name == nameof(IChangeLog.ReadChangesAsync)
                    ? Task.FromResult(ImmutableArray<ChangeEvent>.Empty) : method.Invoke(log, arguments));
            });
        });
        await ReadAsync(silo, 0, 1);
        await WriteAsync(silo, "bot", changes: 2);
        Assert.Equal(
            [(1, ChangeKind.Created), (2, ChangeKind.Updated)],
            (await Await.For(WatchAsync(silo, since: 0), "the changes")).Select(change => ((int)change.Revision, change.Kind)));
    }

    [Fact]
    public async Task A_watcher_far_behind_gets_all_of_the_log_in_batches()
    {
        await WriteAsync(await silos.OfAsync("sqlite"), "bot", changes: 25);
        // Started anew, the feed knows the newest revision only.
        await silos.StopAsync("sqlite");
        var later = await silos.OfAsync("sqlite");
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
        var silo = await silos.OfAsync("sqlite");
        await WriteAsync(silo, "bot", changes: 2);
        var batch = await ReadAsync(silo, 7, 10);
        Assert.Equal((true, 2L), (batch.MustResync, batch.Revision));
        Assert.Empty(batch.Changes);
    }

    [Fact]
    public async Task Without_a_revision_a_watch_begins_with_the_next_change()
    {
        var silo = await silos.OfAsync("sqlite");
        await WriteAsync(silo, "bot", changes: 2);
        var batch = await ReadAsync(silo, since: null, 10);
        Assert.Equal((2L, false, 0), (batch.Revision, batch.MustResync, batch.Changes.Length));
    }

    [Fact]
    public async Task A_tier_bounds_its_watchers_over_all_gateways_and_one_that_leaves_makes_room()
    {
        var silo = await silos.OfAsync("sqlite");
        async Task<OutcomeKind> BeginAsync(string? gateway, string? watcher)
        {
            TestSilo.ActAs(_tenant, "viewer", tier: "free");
            var feed = silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(_tenant));
            return (await feed.ReadAsync(new() { Gateway = gateway, Watcher = watcher })).Kind;
        }
        Assert.Equal((OutcomeKind.Ok, OutcomeKind.Ok), (await BeginAsync("one", "a"), await BeginAsync("two", "b")));
        Assert.Equal((OutcomeKind.QuotaExceeded, OutcomeKind.Ok), (await BeginAsync("one", "c"), await BeginAsync("one", "a")));
        Assert.Equal(OutcomeKind.Ok, await BeginAsync(null, null));
        TestSilo.ActAs(_tenant, "viewer", tier: "free");
        await silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(_tenant)).ReleaseAsync("two", "b");
        Assert.Equal((OutcomeKind.Ok, OutcomeKind.QuotaExceeded), (await BeginAsync("one", "c"), await BeginAsync("two", "b")));
    }

    [Fact]
    public async Task A_feed_that_begins_anew_knows_the_watchers_that_gateways_report()
    {
        var silo = await silos.OfAsync("sqlite");
        TestSilo.ActAs(_tenant, "viewer", tier: "free");
        var feed = silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(_tenant));
        await using var watch = feed.WatchAsync(new() { Gateway = "one", Watchers = ["a", "b"] }, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(OutcomeKind.QuotaExceeded, (await feed.ReadAsync(new() { Gateway = "two", Watcher = "c" })).Kind);
    }

    [Fact]
    public async Task A_watch_begins_with_a_batch_says_that_it_lives_and_ends_after_a_resync()
    {
        var silo = await silos.OfAsync("sqlite");
        await WriteAsync(silo, "bot", changes: 2);
        await using var watch = Feed(silo).WatchAsync(new(), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var heartbeat = 0; heartbeat < 2; heartbeat++)
        {
            Assert.True(await Await.For(watch.MoveNextAsync().AsTask(), "a heartbeat"));
            Assert.Equal((2L, false, 0), (watch.Current.Revision, watch.Current.MustResync, watch.Current.Changes.Length));
        }
        var ahead = new List<bool>();
        var beyond = Feed(silo).WatchAsync(new() { Since = 3 }, TestContext.Current.CancellationToken);
        await foreach (var batch in beyond) ahead.Add(batch.MustResync);
        Assert.Equal([true], ahead);
    }

    [Fact]
    public async Task Another_tenants_feed_is_refused()
    {
        var silo = await silos.OfAsync("sqlite");
        TestSilo.ActAs(_tenant);
        var denied = await Assert.ThrowsAsync<AccessDeniedException>(() =>
            silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(Other)).ReadAsync(new() { Since = 0 }));
        Assert.Equal("tenant_mismatch", denied.Code);
        var others = silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(Other)).WatchAsync(new() { Since = 0 }, default);
        denied = await Assert.ThrowsAsync<AccessDeniedException>(async () =>
        {
            await foreach (var _ in others) Assert.Fail("It is another's.");
        });
        Assert.Equal("tenant_mismatch", denied.Code);
    }

    private IFeedGrain Feed(TestSilo silo)
    {
        TestSilo.ActAs(_tenant, "viewer");
        return silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(_tenant));
    }

    private async Task<ChangeBatch> ReadAsync(TestSilo silo, long? since, int limit) =>
        (await Feed(silo).ReadAsync(new() { Since = since, Limit = limit })).Value!;

    private async Task WriteAsync(TestSilo silo, string agentId, int changes)
    {
        for (var number = 0; number < changes; number++)
        {
            var outcome = await silo.Tenant(_tenant).ApplyAsync(agentId, new ReplaceAgent(Sample.Content(text: $"Version {number}.")));
            Assert.True(outcome.IsOk, outcome.Detail);
        }
    }

    /// <summary>Watches until it has two changes.</summary>
    private async Task<List<ChangeEvent>> WatchAsync(TestSilo silo, long? since)
    {
        var changes = new List<ChangeEvent>();
        await foreach (var batch in Feed(silo).WatchAsync(new() { Since = since }, TestContext.Current.CancellationToken))
        {
            changes.AddRange(batch.Changes);
            if (changes.Count >= 2) break;
        }
        return changes;
    }

    private sealed class LostCalls : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) =>
            context.InterfaceMethod?.Name == nameof(IFeedGrain.PublishAsync) ? Task.CompletedTask : context.Invoke();
    }
}
