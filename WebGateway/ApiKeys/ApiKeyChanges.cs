using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.WebGateway.Access;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>
/// Tells this gateway, and over Redis the others, that a key was changed. Messages of <c>agent.management.api-keys.{tenant}</c>:
/// <c>{"event":"rotated","data":{"key_id":…}}</c> and <c>{"event":"revoked","data":{"key_id":…}}</c>. One that is lost costs
/// <see cref="KnownApiKey.FreshTime"/>.
/// </summary>
/// <param name="cache">What this gateway keeps of keys.</param>
/// <param name="revoked">Ends what is open under a revoked key.</param>
/// <param name="logger">Told when a message could not be published.</param>
/// <param name="redis">Null without REDIS_URI: then the other gateways know when their answers are old.</param>
internal sealed class ApiKeyChanges(
    RefreshingCache<string, KnownApiKey> cache, RevokedTokens revoked, ILogger<ApiKeyChanges> logger, RedisConnection? redis = null)
{
    public const string ChannelPrefix = "agent.management.api-keys.";
    public const string Rotated = "rotated";
    public const string Revoked = "revoked";

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A key was changed: <see cref="Rotated"/>, or <see cref="Revoked"/> and with it what is open under it.</summary>
    public async Task PublishAsync(string tenantId, string keyId, string change)
    {
        Apply(tenantId, keyId, change);
        if (redis is null) return;
        try
        {
            var message = JsonSerializer.SerializeToUtf8Bytes(new { @event = change, data = new { key_id = keyId } });
            var channel = new RedisChannel(ChannelPrefix + tenantId, RedisChannel.PatternMode.Literal);
            var connection = await redis.OpenAsync().WaitAsync(PublishTimeout);
            await connection.GetSubscriber().PublishAsync(channel, message).WaitAsync(PublishTimeout);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(
                LogEvents.ApiKeyChangeNotPublished,
                "That API key {KeyId} was {Change} was not told: other gateways know within {Bound}",
                keyId,
                change,
                KnownApiKey.FreshTime);
        }
    }

    /// <summary>Does in this gateway what a change means.</summary>
    public void Apply(string tenantId, string keyId, string change)
    {
        cache.RemoveByTag(KnownApiKey.TagOf(tenantId, keyId));
        if (change == Revoked) revoked.AddSubject(tenantId, ChangeSubject.OfApiKey(keyId));
    }

    /// <summary>Removes all that is kept: messages may have been missed.</summary>
    public void Clear() => cache.Clear();
}
