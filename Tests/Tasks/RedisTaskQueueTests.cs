using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Silo.Redis;
using AgentManagement.Tasks;
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
        var taking = queues.SelectMany(queue => Enumerable.Range(0, 10).Select(_ => DequeueAsync(queue))).ToList();
        foreach (var entry in entries) await queues[0].EnqueueAsync(entry);
        Assert.Equal(entries, (await Task.WhenAll(taking)).Select(taken => taken.Entry!)
            .OrderBy(entry => entry.Kind, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_silo_has_a_name_of_its_own()
    {
        var queues = new[] { Queue(Long), Queue(Long) };
        foreach (var queue in queues)
        {
            await queue.EnqueueAsync(Entry(1));
            await DequeueAsync(queue);
        }
        var consumers = await (await _redis.OpenAsync()).GetDatabase().StreamConsumerInfoAsync(_key, "silos");
        Assert.Equal([1, 1], consumers.Select(consumer => consumer.PendingMessageCount));
        Assert.Equal(2, consumers.Select(consumer => consumer.Name).Distinct().Count());
    }

    [Fact]
    public async Task What_a_silo_lets_lie_is_given_to_another_and_what_has_ended_to_nobody()
    {
        await Queue(Long).EnqueueAsync(Entry(1));
        var left = await DequeueAsync(Queue(Long));
        var other = Queue(TimeSpan.Zero);
        var again = await DequeueAsync(other);
        Assert.Equal((left.Receipt, left.Entry), (again.Receipt, again.Entry));

        await other.RemoveAsync(again);
        await other.EnqueueAsync(Entry(2));
        Assert.Equal(Entry(2), (await DequeueAsync(other)).Entry);
        await other.RemoveAsync(again);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_stays()
    {
        var queue = Queue(Long);
        await queue.EnqueueAsync(Entry(1));
        var taken = await DequeueAsync(queue);
        await AgeAsync(taken);
        Assert.True(await IdleAsync() >= Long);
        await queue.RenewAsync([taken]);
        Assert.True(await IdleAsync() < Long);
        await AgeAsync(taken);
        Assert.Equal(taken.Receipt, (await DequeueAsync(queue)).Receipt);
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
        await queue.EnqueueAsync(Entry(1));
        for (var garbage = 0; garbage < 4; garbage++)
        {
            var taken = await DequeueAsync(queue);
            Assert.Null(taken.Entry);
            await queue.DeadLetterAsync(taken, "unreadable");
        }
        Assert.Equal(Entry(1), (await DequeueAsync(queue)).Entry);
        Assert.Equal(4, (long)await database.ExecuteAsync("XLEN", $"{_key}.dead"));
        Assert.Equal(1, (long)await database.ExecuteAsync("XLEN", _key));
    }

    [Fact]
    public async Task A_Redis_that_comes_back_empty_is_taken_as_it_is()
    {
        var (queue, database) = (Queue(Long), (await _redis.OpenAsync()).GetDatabase());
        await queue.EnqueueAsync(Entry(1));
        var lost = await DequeueAsync(queue);
        await database.KeyDeleteAsync(_key);
        await queue.RenewAsync([lost]);
        await queue.RemoveAsync(lost);
        await queue.DeadLetterAsync(lost, "late");
        var taking = DequeueAsync(queue);
        await queue.EnqueueAsync(Entry(2));
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

    private RedisTaskQueue Queue(TimeSpan claimTimeout) =>
        new(_key, claimTimeout, _redis, TimeProvider.System, NullLogger<RedisTaskQueue>.Instance);

    private static Task<QueuedTask> DequeueAsync(RedisTaskQueue queue) => Await.For(queue.DequeueAsync(CancellationToken.None), "an entry");

    /// <summary>Makes Redis believe that the entry was taken an hour ago.</summary>
    private async Task AgeAsync(QueuedTask taken) => await (await _redis.OpenAsync()).GetDatabase().ExecuteAsync(
        "XCLAIM", _key, "silos", "nobody", 0, taken.Receipt, "IDLE", (long)Long.TotalMilliseconds, "JUSTID");

    private async Task<TimeSpan> IdleAsync()
    {
        var pending = (RedisResult[])(await (await _redis.OpenAsync()).GetDatabase()
            .ExecuteAsync("XPENDING", _key, "silos", "-", "+", 10))!;
        return TimeSpan.FromMilliseconds((long)((RedisResult[])pending.Single()!)[2]);
    }
}
