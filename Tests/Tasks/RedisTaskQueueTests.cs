using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Redis;
using AgentManagement.Tasks;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace AgentManagement.Tests.Tasks;

/// <summary>The queue in Redis, as several silos see it.</summary>
public sealed class RedisTaskQueueTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly string _key = $"test-{Guid.NewGuid():n}";
    private readonly RedisConnection _redis = new(RedisAddress.ToOptions(TestServers.Redis));

    [Fact]
    public async Task Each_entry_is_given_to_one_of_the_silos()
    {
        var queues = Enumerable.Range(0, 3).Select(_ => Queue(Long)).ToList();
        var entries = Enumerable.Range(0, 30).Select(number => Entry(number)).ToList();
        var taking = queues.SelectMany(queue => Enumerable.Range(0, 10).Select(_ => TakeAsync(queue))).ToList();
        foreach (var entry in entries) await queues[0].AddAsync(entry);
        Assert.Equal(entries, (await Task.WhenAll(taking)).Select(taken => taken.Entry!).OrderBy(entry => entry.Kind, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_silo_lets_lie_is_given_to_another_and_what_has_ended_to_nobody()
    {
        await Queue(Long).AddAsync(Entry(1));
        var left = await TakeAsync(Queue(Long));
        var other = Queue(TimeSpan.Zero);
        var again = await TakeAsync(other);
        Assert.Equal((left.Receipt, left.Entry), (again.Receipt, again.Entry));

        await other.EndAsync(again);
        await other.AddAsync(Entry(2));
        Assert.Equal(Entry(2), (await TakeAsync(other)).Entry);
        await other.EndAsync(again);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_stays()
    {
        var queue = Queue(Long);
        await queue.AddAsync(Entry(1));
        var taken = await TakeAsync(queue);
        await AgeAsync(taken);
        Assert.True(await IdleAsync() >= Long);
        await queue.RenewAsync(taken);
        Assert.True(await IdleAsync() < Long);
        await AgeAsync(taken);
        Assert.Equal(taken.Receipt, (await TakeAsync(queue)).Receipt);
        Assert.True(await IdleAsync() < Long);
    }

    [Fact]
    public async Task What_is_no_entry_goes_to_the_dead_letters_and_the_queue_goes_on()
    {
        var (queue, database) = (Queue(Long), (await _redis.OpenAsync()).GetDatabase());
        var huge = Enumerable.Range(0, 6_000).SelectMany(number => new object[] { $"field-{number}", new string('x', 50) });
        foreach (var fields in (object[][])[["garbage", "\0\u0001"], ["tenant_id", "acme"], ["", ""], [.. huge]])
        {
            await database.ExecuteAsync("XADD", [_key, "*", .. fields]);
        }
        await queue.AddAsync(Entry(1));
        for (var garbage = 0; garbage < 4; garbage++)
        {
            var taken = await TakeAsync(queue);
            Assert.Null(taken.Entry);
            await queue.BuryAsync(taken, "unreadable");
        }
        Assert.Equal(Entry(1), (await TakeAsync(queue)).Entry);
        Assert.Equal(4, (long)await database.ExecuteAsync("XLEN", $"{_key}.dead"));
        Assert.Equal(1, (long)await database.ExecuteAsync("XLEN", _key));
    }

    [Fact]
    public async Task A_Redis_that_comes_back_empty_is_taken_as_it_is()
    {
        var (queue, database) = (Queue(Long), (await _redis.OpenAsync()).GetDatabase());
        await queue.AddAsync(Entry(1));
        var lost = await TakeAsync(queue);
        await database.KeyDeleteAsync(_key);
        await queue.RenewAsync(lost);
        await queue.EndAsync(lost);
        await queue.BuryAsync(lost, "late");
        var taking = TakeAsync(queue);
        await queue.AddAsync(Entry(2));
        Assert.Equal(Entry(2), (await taking).Entry);
        Assert.True(await queue.HasRoomAsync());
    }

    [Fact]
    public void Clusters_that_share_a_Redis_do_not_share_tasks()
    {
        Assert.Equal("agent.management.tasks", RedisTaskQueue.KeyOf("agent-management"));
        Assert.Equal("agent.management.tasks.blue", RedisTaskQueue.KeyOf("blue"));
    }

    public async ValueTask DisposeAsync()
    {
        await (await _redis.OpenAsync()).GetDatabase().KeyDeleteAsync([_key, $"{_key}.dead"]);
        await _redis.DisposeAsync();
    }

    private static TaskEntry Entry(int number) => new("acme", TaskId.Of($"{number}"), $"kind-{number:000}", "correlation");

    private RedisTaskQueue Queue(TimeSpan claim) => new(_key, claim, _redis, TimeProvider.System, NullLogger<RedisTaskQueue>.Instance);

    private static Task<TakenTask> TakeAsync(RedisTaskQueue queue) => Await.For(queue.TakeAsync(CancellationToken.None), "an entry");

    /// <summary>Makes Redis believe that the entry was taken an hour ago.</summary>
    private async Task AgeAsync(TakenTask taken) => await (await _redis.OpenAsync()).GetDatabase().ExecuteAsync(
        "XCLAIM", _key, "silos", "nobody", 0, taken.Receipt, "IDLE", (long)Long.TotalMilliseconds, "JUSTID");

    private async Task<TimeSpan> IdleAsync()
    {
        var pending = (RedisResult[])(await (await _redis.OpenAsync()).GetDatabase().ExecuteAsync("XPENDING", _key, "silos", "-", "+", 10))!;
        return TimeSpan.FromMilliseconds((long)((RedisResult[])pending.Single()!)[2]);
    }
}
