using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>
/// Knows whether Redis is still the one that has the changes: whoever finds its mark missing makes a new one, and with that
/// all streams are compared with the log and filled up.
/// </summary>
internal sealed class RedisIncarnation(RedisConnection redis, TimeProvider time, ILogger<RedisIncarnation> logger) : BackgroundService
{
    internal static readonly RedisKey Mark = "agent.management.epoch";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The mark; null while Redis does not answer.</summary>
    public string? Current { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                Current = await ReadAsync();
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                if (Current is null) continue;
                logger.LogWarning(LogEvents.RedisUnreachable, "Redis does not answer; changes reach it when it is back");
                Current = null;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<string> ReadAsync()
    {
        var database = (await redis.OpenAsync()).GetDatabase();
        await database.StringSetAsync(Mark, Guid.NewGuid().ToString("n"), when: When.NotExists);
        return (await database.StringGetAsync(Mark)).ToString();
    }
}
