using System.Globalization;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace AgentManagement.Tests.Caching;

/// <summary>What one process was told, others know over Redis, and nothing that was removed or that nobody was told.</summary>
public sealed class SharedAnswersTests : IAsyncLifetime
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    private readonly ServiceSettings _settings = new() { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
    private readonly List<Process> _processes = [];
    private ConnectionMultiplexer _redis = null!;

    private IDatabase Database => _redis.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        var options = RedisAddress.ToOptions(TestServers.Redis);
        options.AllowAdmin = true;
        _redis = await ConnectionMultiplexer.ConnectAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _redis.Dispose();
    }

    [Fact]
    public async Task A_process_that_starts_knows_what_another_was_told()
    {
        await ShareAsync("a", "one");
        Assert.Equal("one", await Start().GetAsync("a", "two"));
        Assert.True(await Database.KeyTimeToLiveAsync(Start().Shared.KeyOf("a")) <= Process.Lifetime);
    }

    [Fact]
    public async Task Clusters_and_caches_and_secrets_are_apart()
    {
        await ShareAsync("a", "one");
        Assert.Equal("two", await Start(name: "others").GetAsync("a", "two"));
        Assert.Equal("two", await Start(settings: new() { ClusterId = $"{_settings.ClusterId}-2" }).GetAsync("a", "two"));
        Assert.Equal("two", await Start(secret: [.. Secret.Reverse()]).GetAsync("a", "two"));
    }

    [Fact]
    public async Task An_answer_grows_old_from_the_moment_it_was_asked_for()
    {
        var freshTime = TimeSpan.FromMilliseconds(20);
        await ShareAsync("a", "one", freshTime);
        var asked = long.Parse((await Database.HashGetAsync(Start().Shared.KeyOf("a"), "at")).ToString(), CultureInfo.InvariantCulture);
        await Await.Until(async () => await RedisTimeAsync() - asked > freshTime.TotalMicroseconds, "the answer is old");
        // Nobody else answers, so that the old one serves; and where somebody does, it does not.
        Assert.Equal(("one", "two"), (await Start(freshTime).GetAsync("a", null), await Start(freshTime).GetAsync("a", "two")));
    }

    [Theory, InlineData("a"), InlineData("tag of a")]
    public async Task What_one_process_removes_no_other_finds(string tag)
    {
        var one = await ShareAsync("a", "one");
        await ShareAsync("b", "other");
        await one.Shared.RemoveByTagAsync(tag);
        Assert.Equal(("two", "other"), (await Start().GetAsync("a", "two"), await Start().GetAsync("b", "two")));
        // What was asked for since is shared again.
        await WrittenAsync("a", "two");
        Assert.Equal("two", await Start().GetAsync("a", "three"));
    }

    [Fact]
    public async Task A_process_finds_nothing_that_it_has_removed_itself()
    {
        await ShareAsync("a", "one");
        var process = Start();
        for (var round = 0; round < 20; round++)
        {
            process.Cache.RemoveByTag("a");
            Assert.Equal("own", await process.GetAsync("a", "own"));
        }
    }

    [Fact]
    public async Task An_answer_that_was_asked_for_before_a_removal_is_found_by_nobody()
    {
        var (asking, answer) = (new TaskCompletionSource(), new TaskCompletionSource<string?>());
        var early = Start();
        var first = early.Cache.GetAsync("a", () =>
        {
            asking.SetResult();
            return answer.Task;
        });
        await Await.For(asking.Task, "the question");
        await Start().Shared.RemoveByTagAsync("a");
        // This process has not heard of the removal yet.
        answer.SetResult("before");
        Assert.Equal("before", await first);
        await WrittenAsync("a", "before");
        Assert.Equal("after", await Start().GetAsync("a", "after"));
    }

    [Fact]
    public async Task What_is_known_of_removals_is_lost_with_all_answers_that_were_removed()
    {
        var one = await ShareAsync("a", "one");
        await one.Shared.RemoveByTagAsync("a");
        await Database.KeyDeleteAsync(one.Shared.Removals);
        Assert.Equal("two", await Start().GetAsync("a", "two"));

        await ShareAsync("b", "one");
        await Database.KeyDeleteAsync(one.Shared.Removals);
        await one.Shared.RemoveByTagAsync("another");
        Assert.Equal("two", await Start().GetAsync("b", "two"));
    }

    [Fact]
    public async Task A_negative_answer_is_not_shared_and_ends_the_one_before()
    {
        var one = await ShareAsync("a", "yes");
        one.Cache.Set("a", "no", one.Cache.Now);
        await Await.Until(async () => !await Database.KeyExistsAsync(one.Shared.KeyOf("a")), "the answer is gone");
        Assert.Equal("no", await Start().GetAsync("b", "no"));
        Assert.Equal("two", await Start().GetAsync("a", "two"));
    }

    [Fact]
    public async Task What_a_process_was_told_itself_stands_against_what_another_was_told_before()
    {
        var freshTime = TimeSpan.FromMilliseconds(1);
        var key = (await ShareAsync("a", "yes", freshTime)).Shared.KeyOf("a");
        var answer = await Database.HashGetAllAsync(key);
        var process = Start(freshTime);
        process.Cache.Set("a", "no", process.Cache.Now);
        await Await.Until(async () => !await Database.KeyExistsAsync(key), "the answer is gone");
        // As if it had been written only now.
        await Database.HashSetAsync(key, answer);
        await Await.Until(() => process.Cache.Find("a") is null, "it is not fresh any more");
        Assert.Equal("no", await process.GetAsync("a", null));
    }

    [Theory]
    [InlineData("at", "9000000000000000"), InlineData("at", "0"), InlineData("at", "x"), InlineData("removals", "9000000000000000")]
    [InlineData("removals", ""), InlineData("tags", ""), InlineData("tags", "x y"), InlineData("answer", "")]
    [InlineData("answer", "\"two\""), InlineData("answer", "01234567890123456789012345678901\"two\"")]
    public async Task Who_writes_to_Redis_has_nothing_believed(string field, string value)
    {
        var one = await ShareAsync("a", "one");
        await Database.HashSetAsync(one.Shared.KeyOf("a"), field, value);
        Assert.Equal("asked", await Start().GetAsync("a", "asked"));
    }

    [Fact]
    public async Task An_answer_in_the_place_of_another_is_not_believed()
    {
        var one = await ShareAsync("a", "one");
        foreach (var entry in await Database.HashGetAllAsync(one.Shared.KeyOf("a")))
        {
            await Database.HashSetAsync(one.Shared.KeyOf("b"), [entry]);
        }
        Assert.Equal("asked", await Start().GetAsync("b", "asked"));
    }

    [Fact]
    public async Task Garbage_costs_a_question_and_nothing_else()
    {
        var one = await ShareAsync("a", "one");
        await Database.KeyDeleteAsync(one.Shared.KeyOf("a"));
        await Database.StringSetAsync(one.Shared.KeyOf("a"), "garbage");
        Assert.Equal("asked", await Start().GetAsync("a", "asked"));

        await Database.KeyDeleteAsync(one.Shared.Removals);
        await Database.StringSetAsync(one.Shared.Removals, "garbage");
        var process = Start();
        Assert.Equal("asked", await process.GetAsync("b", "asked"));
        // A removal that Redis did not take: nothing there is believed for as long as it could be of the time before.
        Assert.True(one.Shared.IsOpen);
        await one.Shared.RemoveByTagAsync("a");
        Assert.False(one.Shared.IsOpen);
    }

    [Fact]
    public async Task Without_Redis_each_process_asks_for_itself()
    {
        var process = Start(redis: new Uri("redis://127.0.0.1:1"));
        Assert.Equal("asked", await process.GetAsync("a", "asked"));
        Assert.Equal("asked", await process.GetAsync("a", "again"));
    }

    [Fact]
    public async Task A_process_that_had_lost_Redis_does_not_believe_what_it_has_for_a_while()
    {
        await ShareAsync("a", "one");
        var process = Start(clientName: _settings.ClusterId);
        Assert.Equal("other", await process.GetAsync("b", "other"));
        foreach (var line in (await Database.ExecuteAsync("CLIENT", "LIST")).ToString().Split('\n'))
        {
            if (!line.Contains($" name={_settings.ClusterId} ", StringComparison.Ordinal)) continue;
            await Database.ExecuteAsync("CLIENT", "KILL", "ID", line.Split(' ')[0]["id=".Length..]);
        }
        await Await.Until(() => !process.Shared.IsOpen, "the loss was noticed");
        Assert.Equal("asked", await process.GetAsync("a", "asked"));
    }

    /// <summary>Has a process be told something, and waits until others know it.</summary>
    private async Task<Process> ShareAsync(string key, string answer, TimeSpan? freshTime = null)
    {
        var process = Start(freshTime);
        Assert.Equal(answer, await process.GetAsync(key, answer));
        await WrittenAsync(key, answer);
        return process;
    }

    private Task WrittenAsync(string key, string answer) => Await.Until(
        async () => (await Database.HashGetAsync(Start().Shared.KeyOf(key), "answer")).ToString()
            .EndsWith($"\"{answer}\"", StringComparison.Ordinal),
        "the answer is in Redis");

    private async Task<long> RedisTimeAsync()
    {
        var time = (RedisValue[])(await Database.ExecuteAsync("TIME"))!;
        return ((long)time[0] * 1_000_000) + (long)time[1];
    }

    private Process Start(
        TimeSpan? freshTime = null, string name = "tests", ServiceSettings? settings = null, byte[]? secret = null, Uri? redis = null,
        string? clientName = null)
    {
        var options = RedisAddress.ToOptions(redis ?? TestServers.Redis);
        options.ClientName = clientName ?? options.ClientName;
        var process = new Process(new(options), settings ?? _settings, secret ?? Secret, name, freshTime ?? TimeSpan.FromMinutes(1));
        _processes.Add(process);
        return process;
    }

    private sealed class Process : IAsyncDisposable
    {
        public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

        private readonly RedisConnection _connection;

        public Process(RedisConnection connection, ServiceSettings settings, byte[] secret, string name, TimeSpan freshTime)
        {
            _connection = connection;
            Shared = new(settings, secret, connection, new UnhurriedClock(), NullLogger<SharedAnswers>.Instance)
            {
                Name = name, Lifetime = Lifetime,
            };
            Cache = new(TimeProvider.System, new()
            {
                FreshTime = freshTime, FallbackTime = Lifetime, SizeLimit = 100, IsNegative = value => value == "no",
                TagsOf = (key, _) => [key, $"tag of {key}"], Shared = Shared,
            });
        }

        public SharedAnswers Shared { get; }

        public RefreshingCache<string, string> Cache { get; }

        public Task<string?> GetAsync(string key, string? answer) => Cache.GetAsync(key, () => Task.FromResult(answer));

        public async ValueTask DisposeAsync()
        {
            Cache.Dispose();
            await _connection.DisposeAsync();
        }
    }
}
