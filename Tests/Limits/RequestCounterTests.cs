using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.WebGateway.Limits;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Limits;

/// <summary>The two counters count alike.</summary>
public sealed class RequestCounterTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly string _prefix = $"test-{Guid.NewGuid():n}";
    private readonly List<RedisConnection> _connections = [];

    public static TheoryData<string> Kinds => ["local", "redis"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task No_more_are_admitted_than_a_minute_may_have_and_each_key_has_its_own(string kind)
    {
        var counter = Create(kind);
        for (var number = 1; number <= 5; number++)
        {
            var (isAdmitted, window) = await counter.CountAsync("acme", 5);
            Assert.Equal((true, 5 - number), (isAdmitted, window.Remaining));
        }
        for (var number = 0; number < 3; number++)
        {
            var (isAdmitted, window) = await counter.CountAsync("acme", 5);
            Assert.Equal((false, 5L), (isAdmitted, window.Now));
        }
        Assert.True((await counter.CountAsync("other", 5)).IsAdmitted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Over_any_time_the_rate_holds_and_is_used_up(string kind)
    {
        var counter = Create(kind);
        var admitted = 0;
        for (var second = 0; second < 600; second++)
        {
            for (var number = 0; number < 3; number++) admitted += (await counter.CountAsync("acme", 60)).IsAdmitted ? 1 : 0;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        // Ten minutes of 60, and what the first minute could take at once.
        Assert.InRange(admitted, 580, 660);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task At_the_turn_of_a_minute_nobody_gets_their_rate_twice(string kind)
    {
        var counter = Create(kind);
        var lastSecond = SlidingWindow.Length - SlidingWindow.MinuteOf(_clock.GetUtcNow()).Elapsed - TimeSpan.FromSeconds(1);
        var admitted = new List<int>();
        foreach (var wait in new[] { lastSecond, TimeSpan.FromSeconds(1), SlidingWindow.Length / 2, 2 * SlidingWindow.Length })
        {
            _clock.Advance(wait);
            admitted.Add(0);
            while ((await counter.CountAsync("acme", 10)).IsAdmitted) admitted[^1]++;
        }
        Assert.Equal([10, 0, 5, 10], admitted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_wait_that_was_told_is_enough(string kind)
    {
        var counter = Create(kind);
        for (var number = 0; number < 10; number++) await counter.CountAsync("acme", 10);
        var (isAdmitted, window) = await counter.CountAsync("acme", 10);
        Assert.False(isAdmitted);
        _clock.Advance(window.UntilRoom + TimeSpan.FromMilliseconds(2));
        Assert.True((await counter.CountAsync("acme", 10)).IsAdmitted);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_many_at_once_exactly_the_limit_is_admitted(string kind)
    {
        var counter = Create(kind);
        var counted = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(_ => Task.Run(async () => (await counter.CountAsync("acme", 50)).IsAdmitted)));
        Assert.Equal(50, counted.Count(isAdmitted => isAdmitted));
    }

    [Fact]
    public async Task Gateways_that_share_a_redis_count_together()
    {
        var (one, two) = (Create("redis"), Create("redis"));
        var counted = new List<bool>();
        for (var number = 0; number < 6; number++) counted.Add((await (number % 2 == 0 ? one : two).CountAsync("acme", 4)).IsAdmitted);
        Assert.Equal([true, true, true, true, false, false], counted);
    }

    [Fact]
    public async Task While_redis_is_away_a_gateway_counts_its_own()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        var counter = Create(redis.Address);
        Assert.True((await counter.CountAsync("acme", 2)).IsAdmitted);
        await redis.KillAsync();
        var counted = new List<bool>();
        for (var number = 0; number < 4; number++) counted.Add((await counter.CountAsync("acme", 2)).IsAdmitted);
        Assert.Equal([true, true, false, false], counted);
    }

    [Fact]
    public async Task Who_makes_no_requests_any_more_is_forgotten()
    {
        var counter = new LocalRequestCounter(_clock);
        for (var number = 0; number < 100; number++) await counter.CountAsync($"tenant-{number}", 5);
        Assert.Equal(100, counter.Keys);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await counter.CountAsync("acme", 5);
        Assert.Equal(1, counter.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private IRequestCounter Create(string kind)
    {
        if (kind == "local") return new LocalRequestCounter(_clock);
        Assert.SkipWhen(TestServers.Redis is null, "Needs Redis.");
        return Create(TestServers.Redis!);
    }

    private RedisRequestCounter Create(Uri redis)
    {
        _connections.Add(new(RedisAddress.ToOptions(redis)));
        return new(_prefix, _connections[^1], new LocalRequestCounter(_clock), _clock, NullLogger<RedisRequestCounter>.Instance)
        {
            RedisTimeout = TimeSpan.FromSeconds(20),
        };
    }
}
