using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Limits;

/// <summary>Counts the requests of all gateways, in Redis; while it does not answer, each gateway counts its own.</summary>
/// <param name="prefix">Of the keys in Redis: clusters that share one do not share counters.</param>
/// <param name="redis">The connection.</param>
/// <param name="local">Counts while Redis does not answer.</param>
/// <param name="time">The clock; those of the gateways may differ by a little.</param>
/// <param name="logger">Told when Redis is left out, and taken in again.</param>
internal sealed class RedisRequestCounter(
    string prefix, RedisConnection redis, LocalRequestCounter local, TimeProvider time, ILogger<RedisRequestCounter> logger)
        : IRequestCounter
{
    // Both keys are of one hash slot. The part of the minute before that still counts comes in thousandths.
    private const string Script =
        """
        local before = tonumber(redis.call('GET', KEYS[1]) or '0')
        local now = tonumber(redis.call('GET', KEYS[2]) or '0')
        if before * tonumber(ARGV[2]) / 60000 + now + 1 > tonumber(ARGV[1]) then return {0, before, now} end
        now = redis.call('INCR', KEYS[2])
        if now == 1 then redis.call('PEXPIRE', KEYS[2], 130000) end
        return {1, before, now}
        """;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private long _leftOutUntil;

    /// <summary>A request does not wait longer than this for being counted.</summary>
    internal TimeSpan RedisTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    public async ValueTask<(bool IsAdmitted, SlidingWindow Window)> CountAsync(string key, int limit)
    {
        if (time.GetUtcNow().UtcTicks < Interlocked.Read(ref _leftOutUntil)) return await local.CountAsync(key, limit);
        try
        {
            var counted = await CountInRedisAsync(key, limit).WaitAsync(RedisTimeout);
            if (Interlocked.Exchange(ref _leftOutUntil, 0) != 0)
            {
                logger.LogInformation(LogEvents.RateLimitFallbackEnded, "Redis counts requests again");
            }
            return counted;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            if (Interlocked.Exchange(ref _leftOutUntil, (time.GetUtcNow() + RetryDelay).UtcTicks) == 0)
            {
                logger.LogWarning(
                    LogEvents.RateLimitFallbackStarted, exception, "Redis does not count requests; this gateway counts its own");
            }
            return await local.CountAsync(key, limit);
        }
    }

    private async Task<(bool IsAdmitted, SlidingWindow Window)> CountInRedisAsync(string key, int limit)
    {
        var connection = await redis.OpenAsync();
        var (minute, elapsed) = SlidingWindow.MinuteOf(time.GetUtcNow());
        var left = (long)(SlidingWindow.Length - elapsed).TotalMilliseconds;
        var counted = (RedisValue[])(await connection.GetDatabase()
            .ScriptEvaluateAsync(Script, [KeyOf(minute - 1), KeyOf(minute)], [limit, left]))!;
        return ((int)counted[0] == 1, new SlidingWindow(limit, (long)counted[1], (long)counted[2], elapsed));

        RedisKey KeyOf(long number) => $"{prefix}:{{{key}}}:{number}";
    }
}
