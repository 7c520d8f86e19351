using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Domain.Changes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Changes;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Tests.Changes;

/// <summary>A gateway's one feed of a tenant, and the connections that it serves.</summary>
public sealed class FeedSubscriptionTests : IAsyncLifetime
{
    private readonly FeedCalls _calls = new();
    private TestDatabase _database = null!;
    private TestSilo _silo = null!;
    private TenantFeeds _feeds = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("sqlite");
        _silo = await TestSilo.StartAsync(_database, adjust: services =>
        {
            services.AddSingleton<IIncomingGrainCallFilter>(_calls);
            services.AddGrainCallFilter();
        });
        _feeds = new(Cluster, TimeProvider.System, NullLogger<TenantFeed>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task All_connections_share_one_watch()
    {
        var subscriptions = new List<FeedSubscription>();
        for (var number = 0; number < 20; number++) subscriptions.Add(await OpenAsync(since: 0));
        await SinkWriterTests.WriteAsync(_silo, "bot", 3);
        foreach (var subscription in subscriptions) Assert.Equal([1, 2, 3], await RevisionsAsync(subscription, 3));
        Assert.Equal(1, _calls.Begun);
        foreach (var subscription in subscriptions) await subscription.DisposeAsync();
        await using var later = await OpenAsync(since: 2);
        Assert.Equal([3], await RevisionsAsync(later, 1));
    }

    [Fact]
    public async Task A_connection_that_does_not_read_delays_no_other_and_has_no_gap_when_it_reads_again()
    {
        await using var slow = await OpenAsync(since: 0);
        await using var fast = await OpenAsync(since: 0);
        var reading = RevisionsAsync(fast, 60);
        await SinkWriterTests.WriteAsync(_silo, "bot", 60);
        var all = Enumerable.Range(1, 60).Select(number => (long)number).ToList();
        Assert.Equal(all, await Await.For(reading, "all changes"));
        // Whatever was put together on the way: now its queue has room for none of the first ones.
        foreach (var change in (await ReadLogAsync()).Changes) slow.Publish(new([change], change.Revision, MustResync: false));
        Assert.Equal(all, await RevisionsAsync(slow, 60));
    }

    [Fact]
    public async Task What_happens_while_the_feed_cannot_be_reached_is_told_afterwards()
    {
        await using var subscription = await OpenAsync(since: 0);
        await SinkWriterTests.WriteAsync(_silo, "bot", 2);
        Assert.Equal([1, 2], await RevisionsAsync(subscription, 2));
        _calls.IsBroken = true;
        await Await.Until(() => _calls.Broken > 0, "the watch is broken");
        await SinkWriterTests.WriteAsync(_silo, "bot", 3);
        _calls.IsBroken = false;
        Assert.Equal([3, 4, 5], await RevisionsAsync(subscription, 3));
        Assert.True(_calls.Begun > 1);
    }

    [Fact]
    public async Task A_resync_is_the_last_that_a_connection_is_told()
    {
        await using var subscription = await OpenAsync(since: 0);
        subscription.Publish(new([], 0, MustResync: true));
        for (var number = 0; number < 100; number++) subscription.Publish(new([], 0, MustResync: false));
        var told = new List<bool>();
        await foreach (var batch in subscription.ReadAsync(TestContext.Current.CancellationToken)) told.Add(batch.MustResync);
        Assert.Equal([true], told);
    }

    [Fact]
    public async Task A_heartbeat_comes_in_its_interval_also_while_only_others_are_told()
    {
        var clock = new ManualTimeProvider();
        await using var subscription = await OpenAsync(since: 0, clock, wants: name => name == EventMessage.Activated);
        await using var batches = subscription.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
        var next = batches.MoveNextAsync().AsTask();
        for (var number = 1; number <= 3; number++)
        {
            // Not what it wants: nothing of it is told, and the time goes on from when something was.
            await SinkWriterTests.WriteAsync(_silo, $"bot-{number}", 1);
            await Await.Until(() => subscription.Revision == number, "the change is passed over");
            Assert.False(next.IsCompleted);
            var remaining = TimeSpan.FromSeconds(15 - (5 * (number - 1)));
            await Await.Until(() => clock.HasTimerIn(remaining), "it waits for what remains of the interval");
            clock.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.True(await Await.For(next, "a heartbeat"));
        Assert.True(batches.Current is { Changes.IsEmpty: true, Notices.IsEmpty: true, MustResync: false, Revision: 3 });
        next = batches.MoveNextAsync().AsTask();
        await Await.Until(() => clock.HasTimerIn(TimeSpan.FromSeconds(15)), "it waits for the next");
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.True(await Await.For(next, "another heartbeat"));
    }

    private IClusterClient Cluster => _silo.Services.GetRequiredService<IClusterClient>();

    private async Task<FeedSubscription> OpenAsync(long since, TimeProvider? time = null, Func<string, bool>? wants = null)
    {
        var caller = new CurrentCaller(new RevokedTokens(TimeProvider.System));
        Assert.True(caller.TryAcceptService("acme", "reader", "test"));
        Caller.Current = caller.Known;
        var subscription = new FeedSubscription(_feeds, new CallerGrains(Cluster, caller), caller, time ?? TimeProvider.System)
        {
            Wants = wants,
        };
        Assert.True((await subscription.OpenAsync(since)).IsOk);
        return subscription;
    }

    private async Task<ChangeBatch> ReadLogAsync()
    {
        TestSilo.ActAs("acme", "viewer");
        return (await _silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant("acme")).ReadAsync(new() { Since = 0 })).Value!;
    }

    private static Task<List<long>> RevisionsAsync(FeedSubscription subscription, int count) => Await.For(Task.Run(async () =>
    {
        Caller.Current = Caller.Service("acme");
        var revisions = new List<long>();
        await foreach (var batch in subscription.ReadAsync(TestContext.Current.CancellationToken))
        {
            revisions.AddRange(batch.Changes.Select(change => change.Revision));
            if (revisions.Count >= count) break;
        }
        return revisions;
    }), $"{count} changes");

    /// <summary>Counts the watches that begin, and breaks them.</summary>
    private sealed class FeedCalls : IIncomingGrainCallFilter
    {
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public int Broken { get; private set; }

        public bool IsBroken { get; set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod?.DeclaringType != typeof(IAsyncEnumerableGrainExtension)) return context.Invoke();
            // A call that begins a watch carries ours.
            if (Enumerable.Range(0, context.Request.GetArgumentCount()).Any(number => context.Request.GetArgument(number) is IInvokable))
            {
                Interlocked.Increment(ref _begun);
            }
            if (!IsBroken) return context.Invoke();
            Broken++;
            throw new IOException("Not now.");
        }
    }
}
