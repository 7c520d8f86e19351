using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Domain.Changes;
using AgentManagement.Grains.Changes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>
/// Publishes changes over PubSub, and keeps the newest in a stream for those who were away. The id of an entry is the tenant's
/// revision: what is there already is neither added nor published twice, and the stream itself knows what it lacks.
/// </summary>
internal sealed class RedisBridge(RedisConnection redis, RedisIncarnation incarnation, TimeProvider time) : IChangeSink
{
    /// <summary>A tenant's PubSub channel.</summary>
    public static RedisChannel ChannelOf(string tenantId) => Literal($"agent.management.notifications.{tenantId}");

    /// <summary>A tenant's stream.</summary>
    public static string StreamOf(string tenantId) => $"agent.management.changes.{tenantId}";

    // One step in Redis: between looking and adding nobody else adds. Answers the revision that the stream ends with.
    private const string Script =
        """
        local published, floor, capacity = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
        if ARGV[5] == '1' then
            redis.call('DEL', KEYS[1])
            redis.call('PUBLISH', ARGV[1], ARGV[6])
        end
        local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
        if not newest then
            redis.call('DEL', KEYS[1])
        end
        local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0
        local first = tonumber(ARGV[7])
        if first and first > last + 1 and first - 1 > floor then
            return last
        end
        for i = 7, #ARGV, 2 do
            local revision = tonumber(ARGV[i])
            if revision > last then
                redis.call('XADD', KEYS[1], 'MAXLEN', '~', capacity, ARGV[i] .. '-0', 'event', ARGV[i + 1])
                if revision > published then
                    redis.call('PUBLISH', ARGV[1], ARGV[i + 1])
                end
                last = revision
            end
        end
        return last
        """;

    public string Name => "redis";

    public string? Incarnation => incarnation.Current;

    public int Capacity => 10_000;

    public async Task<long> SendAsync(SinkBatch batch, CancellationToken cancellationToken)
    {
        var tenantId = batch.TenantId;
        RedisValue[] arguments =
        [
            (string)ChannelOf(tenantId)!, batch.Published, batch.Revision - Capacity, Capacity,
            batch.Restart ? 1 : 0, batch.Restart ? ToJson(EventMessage.Resync(tenantId, batch.Revision, time.GetUtcNow())) : "",
            .. batch.Changes.SelectMany(change => new RedisValue[] { change.Revision, ToJson(EventMessage.Of(tenantId, change)) }),
        ];
        var database = (await redis.OpenAsync()).GetDatabase();
        return (long)await database.ScriptEvaluateAsync(Script, [StreamOf(tenantId)], arguments);
    }

    public async Task PublishAsync(string tenantId, long revision, Notice notice) =>
        await (await redis.OpenAsync()).GetSubscriber().PublishAsync(
            ChannelFor(tenantId, notice), ToJson(EventMessage.Of(tenantId, revision, notice)));

    private static RedisChannel ChannelFor(string tenantId, Notice notice) =>
        notice.Event == Notice.ValidationComplete ? Literal($"agent.management.validations.{tenantId}") : ChannelOf(tenantId);

    private static RedisChannel Literal(string name) => new(name, RedisChannel.PatternMode.Literal);

    private static byte[] ToJson(EventMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, JsonFormat.Options);
}
