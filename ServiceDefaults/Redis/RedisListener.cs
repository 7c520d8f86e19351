using AgentManagement.ServiceDefaults.Observability;
using StackExchange.Redis;

namespace AgentManagement.ServiceDefaults.Redis;

/// <summary>
/// Hears what another service says over Redis PubSub, for as long as the process runs. PubSub repeats nothing: what was kept before
/// it listened, or before a connection was lost, is forgotten.
/// </summary>
public abstract class RedisListener(RedisConnection redis, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>What to listen to.</summary>
    protected abstract IEnumerable<RedisChannel> Channels { get; }

    /// <summary>Takes a message, after all that came before it on its channel; does not throw.</summary>
    protected abstract void OnMessage(string channel, byte[] message);

    /// <summary>Forgets what a missed message might have changed.</summary>
    protected abstract void OnMissed();

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
                await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SubscribeAsync()
    {
        var connection = await redis.OpenAsync();
        var subscriber = connection.GetSubscriber();
        foreach (var channel in Channels)
        {
            // In the order in which they come, one at a time.
            (await subscriber.SubscribeAsync(channel)).OnMessage(heard => OnMessage(heard.Channel!, (byte[]?)heard.Message ?? []));
        }
        OnMissed();
        // The client subscribes again by itself.
        connection.ConnectionRestored += (_, _) => _ = OnRestoredAsync(subscriber);
    }

    private async Task OnRestoredAsync(ISubscriber subscriber)
    {
        OnMissed();
        try
        {
            // Comes back after the subscriptions have: until then messages were still missed.
            await subscriber.PingAsync();
            OnMissed();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogDebug(
                LogEvents.RedisSubscriptionLost, exception, "The connection was lost again; what is kept is forgotten with the next one");
        }
    }
}
