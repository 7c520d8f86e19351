using System.Text.Json;
using AgentManagement.Client.Hosting;
using AgentManagement.Keys;
using AgentManagement.WebGateway.Identity;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Hears over Redis PubSub what the Identity Service has taken back. Messages of <c>identity.notifications.{tenant}</c>:
/// <c>{"event":"token_revoked","data":{"token_id":…}}</c> and <c>{"event":"user_revoked","data":{"subject":…}}</c>. PubSub
/// repeats nothing: after a connection was lost all introspections are forgotten.
/// </summary>
internal sealed class IdentityNotifications(
    RedisConnection redis, RevokedTokens revoked, IntrospectionCache introspections, TimeProvider time, ILogger<IdentityNotifications> logger) : BackgroundService
{
    public const string ChannelPrefix = "identity.notifications.";
    private static readonly RedisChannel Channels = new($"{ChannelPrefix}*", RedisChannel.PatternMode.Pattern);
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
        await subscriber.SubscribeAsync(Channels, (channel, message) => Take(channel!, (byte[])message!));
        // What was kept before it listened may be out of date already.
        introspections.Clear();
        // The client subscribes again by itself.
        connection.ConnectionRestored += (_, _) => _ = ForgetAsync(subscriber);
    }

    private async Task ForgetAsync(ISubscriber subscriber)
    {
        introspections.Clear();
        try
        {
            // Comes back after the subscription has: until then messages were still missed.
            await subscriber.PingAsync();
            introspections.Clear();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogDebug(exception, "The connection was lost again; what is kept is forgotten with the next one");
        }
    }

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    private void Take(string channel, byte[] message)
    {
        var tenantId = channel[ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenantId)) return;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object) return;
            switch (TextOf(root, "event"))
            {
                case "token_revoked" when TextOf(data, "token_id") is { } tokenId:
                    introspections.DropToken(tenantId, tokenId);
                    revoked.AddToken(tenantId, tokenId);
                    break;
                case "user_revoked" when TextOf(data, "subject") is { } subject:
                    introspections.DropSubject(tenantId, subject);
                    revoked.AddSubject(tenantId, subject);
                    break;
            }
        }
        catch (JsonException)
        {
            logger.LogWarning("A notification of the Identity Service could not be read");
        }
    }

    private static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
