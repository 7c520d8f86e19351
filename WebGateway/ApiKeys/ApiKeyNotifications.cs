using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>Hears what other gateways publish; see <see cref="ApiKeyChanges"/>.</summary>
internal sealed class ApiKeyNotifications(
    RedisConnection redis, ApiKeyChanges changes, TimeProvider time, ILogger<ApiKeyNotifications> logger)
    : RedisListener(redis, time, logger)
{
    protected override IEnumerable<RedisChannel> Channels => [new($"{ApiKeyChanges.ChannelPrefix}*", RedisChannel.PatternMode.Pattern)];

    protected override void OnMissed() => changes.Clear();

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    protected override void OnMessage(string channel, byte[] message)
    {
        var tenantId = channel[ApiKeyChanges.ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenantId)) return;
        try
        {
            if (JsonSerializer.Deserialize<Message>(message) is not { Data.KeyId: { } keyId, Event: { } change }) return;
            if (GrainKeys.IsApiKeyId(keyId)) changes.Apply(tenantId, keyId, change);
        }
        catch (JsonException)
        {
            logger.LogWarning(LogEvents.NotificationInvalid, "A notification of an API key could not be read");
        }
    }

    private sealed record Message(
        [property: JsonPropertyName("event")] string? Event, [property: JsonPropertyName("data")] MessageData? Data);

    private sealed record MessageData([property: JsonPropertyName("key_id")] string? KeyId);
}
