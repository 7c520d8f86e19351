using System.Collections.Concurrent;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Silo.Redis;
using StackExchange.Redis;

namespace AgentManagement.Tests.Changes;

/// <summary>What the consumers of a real Redis get. Each test has tenants of its own and looks at nothing else.</summary>
public sealed class RedisBridgeTests : IAsyncLifetime
{
    private readonly string _tenant = $"t{Guid.NewGuid():n}";
    private TestDatabase _database = null!;
    private ConnectionMultiplexer _redis = null!;
    private RawSubscription _subscription = null!;

    private ConcurrentQueue<JsonElement> Received => _subscription.Received;

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
        _subscription = await SubscribeAsync(_tenant);
        _database = await TestDatabase.CreateAsync("sqlite");
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.GetDatabase().KeyDeleteAsync(RedisBridge.StreamOf(_tenant));
        await _subscription.DisposeAsync();
        _redis.Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Subscribers_and_the_stream_get_every_change_once_in_order()
    {
        await using var silo = await StartAsync();
        // Two silos that know nothing of each other: each has a feed of its own, and both deliver.
        await using var other = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4)
            .Select(number => SinkWriterTests.WriteAsync(number % 2 == 0 ? silo : other, $"bot-{number}", 10, _tenant)));

        await Await.Until(async () => (await StreamAsync()).Count == 40, "the stream has all changes");
        Assert.Equal(Enumerable.Range(1, 40).Select(number => $"{number}-0"), (await StreamAsync()).Select(entry => entry.Id));
        await Await.Until(() => Received.Count >= 40, "the subscriber was told");
        var told = Received.ToList();
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), told.Select(RevisionOf));
        Assert.Equal(told.Select(each => each.GetRawText()), (await StreamAsync()).Select(entry => entry.Event));
    }

    [Fact]
    public async Task An_event_is_as_the_ecosystem_knows_it()
    {
        await using var silo = await StartAsync();
        await SinkWriterTests.WriteAsync(silo, "bot", 1, _tenant);
        await Await.Until(() => !Received.IsEmpty, "the subscriber was told");
        Received.TryPeek(out var told);
        Assert.Equal(
            ("agent_created", _tenant, "test"), (TextOf(told, "event"), TextOf(told, "tenant_id"), TextOf(told, "correlation_id")));
        Assert.Equal(DateTimeKind.Utc, told.GetProperty("timestamp").GetDateTime().Kind);
        var data = told.GetProperty("data");
        Assert.Equal(("bot", "Support bot", 1, "draft"),
            (TextOf(data, "agent_id"), TextOf(data, "agent_name"), data.GetProperty("version").GetInt32(), TextOf(data, "status")));
    }

    [Fact]
    public async Task A_redis_that_comes_back_empty_gets_its_stream_back_and_subscribers_are_not_told_again()
    {
        await using var silo = await StartAsync();
        await SinkWriterTests.WriteAsync(silo, "bot", 5, _tenant);
        await Await.Until(async () => await RecordedAsync(silo) == 5, "the cursor is recorded");

        await _redis.GetDatabase().KeyDeleteAsync([RedisBridge.StreamOf(_tenant), RedisIncarnation.Mark]);

        await Await.Until(async () => (await StreamAsync()).Count == 5, "the stream is back");
        await SinkWriterTests.WriteAsync(silo, "bot-2", 1, _tenant);
        await Await.Until(() => Received.Count >= 6, "the subscriber was told of the next change");
        Assert.Equal([1, 2, 3, 4, 5, 6], Received.Select(RevisionOf));
    }

    [Fact]
    public async Task A_database_that_was_restored_tells_consumers_to_begin_anew()
    {
        await using (var silo = await StartAsync())
        {
            await SinkWriterTests.WriteAsync(silo, "bot", 5, _tenant);
            await Await.Until(async () => (await StreamAsync()).Count == 5, "the stream has all changes");
        }
        await using var restored = await TestDatabase.CreateAsync("sqlite");
        await using var later = await StartAsync(restored);
        await SinkWriterTests.WriteAsync(later, "bot", 2, _tenant);

        await Await.Until(() => Received.Any(each => TextOf(each, "event") == "resync_required"), "the subscriber was told to begin anew");
        await Await.Until(async () => (await StreamAsync()).Count == 2, "the stream is the restored one");
    }

    [Fact]
    public async Task No_tenant_hears_of_another()
    {
        var other = $"{_tenant}-2";
        await using var others = await SubscribeAsync(other);
        await using var silo = await StartAsync();
        await SinkWriterTests.WriteAsync(silo, "bot", 3, _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 2, other);
        await Await.Until(() => Received.Count >= 3 && others.Received.Count >= 2, "both were told");
        Assert.All(Received, each => Assert.Equal(_tenant, TextOf(each, "tenant_id")));
        Assert.All(others.Received, each => Assert.Equal(other, TextOf(each, "tenant_id")));
        await _redis.GetDatabase().KeyDeleteAsync(RedisBridge.StreamOf(other));
    }

    private Task<TestSilo> StartAsync(TestDatabase? database = null) =>
        TestSilo.StartAsync(database ?? _database, change: settings =>
            settings with { RedisUri = TestServers.Redis, ClusterId = $"test-{Guid.NewGuid():n}" });

    private static Task<RawSubscription> SubscribeAsync(string tenant) =>
        RawSubscription.StartAsync(TestServers.Redis, RedisBridge.ChannelOf(tenant)!);

    private async Task<List<(string Id, string Event)>> StreamAsync()
    {
        var entries = (RedisResult[])(await _redis.GetDatabase().ExecuteAsync("XRANGE", RedisBridge.StreamOf(_tenant), "-", "+"))!;
        return [.. entries.Select(entry => (RedisResult[])entry!)
            .Select(entry => ((string)entry[0]!, (string)((RedisResult[])entry[1]!)[1]!))];
    }

    private async Task<long> RecordedAsync(TestSilo silo) =>
        (await new Silo.Storage.SqlSinkCursorStore(silo.Database).FindAsync(_tenant, "redis"))?.Revision ?? 0;

    private static long RevisionOf(JsonElement message) => message.GetProperty("revision").GetInt64();

    private static string TextOf(JsonElement message, string name) => message.GetProperty(name).GetString()!;
}
