using AgentManagement.Client.Hosting;
using StackExchange.Redis;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Hears over Redis PubSub what has changed in the registry: the cache forgets it, and agents that use it are checked. PubSub repeats nothing: after a
/// connection was lost everything is forgotten.
/// </summary>
internal sealed class ToolRegistryNotifications(
    RedisConnection redis, ToolCache cache, PromptToolChecks checks, TimeProvider time, ILogger<ToolRegistryNotifications> logger) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SubscribeAsync();
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                await Task.Delay(RetryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SubscribeAsync()
    {
        var connection = await redis.OpenAsync();
        var subscriber = connection.GetSubscriber();
        await subscriber.SubscribeAsync(new RedisChannel(ToolNotice.Channel, RedisChannel.PatternMode.Literal), Take);
        await subscriber.SubscribeAsync(new RedisChannel($"{ToolNotice.Channel}.*", RedisChannel.PatternMode.Pattern), Take);
        // What was cached before it listened may be out of date already.
        cache.Clear();
        // The client subscribes again by itself.
        connection.ConnectionRestored += (_, _) => _ = ForgetAsync(subscriber);
    }

    private async Task ForgetAsync(ISubscriber subscriber)
    {
        cache.Clear();
        try
        {
            // Comes back after the subscriptions have: until then messages were still missed.
            await subscriber.PingAsync();
            cache.Clear();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogDebug(exception, "The connection was lost again; what is cached is forgotten with the next one");
        }
    }

    private void Take(RedisChannel channel, RedisValue message)
    {
        if (ToolNotice.Read(channel!, (byte[]?)message ?? []) is not { } notice)
        {
            logger.LogWarning("A notification of the Tool Registry could not be read");
            return;
        }
        cache.Drop(notice.TenantId, notice.ToolId);
        checks.Add(notice);
    }
}
