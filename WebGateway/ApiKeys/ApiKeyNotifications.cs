using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Client.Hosting;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Hosting;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>
/// Tells this gateway, and over Redis the others, that a key was changed. Messages of <c>agent.management.api-keys.{tenant}</c>:
/// <c>{"event":"rotated","data":{"key_id":…}}</c> and <c>{"event":"revoked","data":{"key_id":…}}</c>. One that is lost costs the
/// cache's <see cref="ApiKeyCache.Lifetime"/>.
/// </summary>
internal class ApiKeyChanges(ApiKeyCache cache, RevokedTokens revoked)
{
    protected const string Rotated = "rotated";
    protected const string Revoked = "revoked";

    /// <summary>A key has another secret.</summary>
    public virtual Task TellRotatedAsync(string tenantId, string keyId)
    {
        cache.Drop(tenantId, keyId);
        return Task.CompletedTask;
    }

    /// <summary>A key has ended, and with it what is open under it.</summary>
    public virtual Task TellRevokedAsync(string tenantId, string keyId)
    {
        cache.Drop(tenantId, keyId);
        revoked.AddSubject(tenantId, ChangeSubject.OfApiKey(keyId));
        return Task.CompletedTask;
    }
}

/// <inheritdoc/>
internal sealed class SharedApiKeyChanges(ApiKeyCache cache, RevokedTokens revoked, RedisConnection redis, ILogger<SharedApiKeyChanges> logger)
    : ApiKeyChanges(cache, revoked)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public override async Task TellRotatedAsync(string tenantId, string keyId)
    {
        await base.TellRotatedAsync(tenantId, keyId);
        await PublishAsync(tenantId, Rotated, keyId);
    }

    public override async Task TellRevokedAsync(string tenantId, string keyId)
    {
        await base.TellRevokedAsync(tenantId, keyId);
        await PublishAsync(tenantId, Revoked, keyId);
    }

    private async Task PublishAsync(string tenantId, string @event, string keyId)
    {
        try
        {
            var message = JsonSerializer.SerializeToUtf8Bytes(new { @event, data = new { key_id = keyId } });
            var channel = new RedisChannel(ApiKeyNotifications.ChannelPrefix + tenantId, RedisChannel.PatternMode.Literal);
            await (await redis.OpenAsync().WaitAsync(Patience)).GetSubscriber().PublishAsync(channel, message).WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            logger.LogWarning(LogEvents.ApiKeyChangeNotTold, "That API key {KeyId} was {Change} was not told: other gateways know within {Bound}", keyId, @event, ApiKeyCache.Lifetime);
        }
    }
}

/// <summary>Hears what other gateways tell; see <see cref="ApiKeyChanges"/>.</summary>
internal sealed class ApiKeyNotifications(
    RedisConnection redis, ApiKeyCache cache, RevokedTokens revoked, TimeProvider time, ILogger<ApiKeyNotifications> logger)
    : RedisListener(redis, time, logger)
{
    public const string ChannelPrefix = "agent.management.api-keys.";

    protected override IEnumerable<RedisChannel> Channels => [new($"{ChannelPrefix}*", RedisChannel.PatternMode.Pattern)];

    protected override void Forget() => cache.Clear();

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    protected override void Take(string channel, byte[] message)
    {
        var tenantId = channel[ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenantId)) return;
        try
        {
            if (JsonSerializer.Deserialize<Message>(message) is not { Data.KeyId: { } keyId } told || !GrainKeys.IsApiKeyId(keyId)) return;
            cache.Drop(tenantId, keyId);
            if (told.Event == "revoked") revoked.AddSubject(tenantId, ChangeSubject.OfApiKey(keyId));
        }
        catch (JsonException)
        {
            logger.LogWarning(LogEvents.NotificationUnreadable, "A notification of an API key could not be read");
        }
    }

    private sealed record Message(
        [property: System.Text.Json.Serialization.JsonPropertyName("event")] string? Event,
        [property: System.Text.Json.Serialization.JsonPropertyName("data")] MessageData? Data);

    private sealed record MessageData([property: System.Text.Json.Serialization.JsonPropertyName("key_id")] string? KeyId);
}
