using System.Text.Json;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.WebGateway.Identity;
using StackExchange.Redis;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Hears what the Identity Service has revoked. Messages of <c>identity.notifications.{tenant}</c>:
/// <c>{"event":"token_revoked","data":{"token_id":…}}</c> and <c>{"event":"user_revoked","data":{"subject":…}}</c>.
/// </summary>
internal sealed class IdentityNotifications(
    RedisConnection redis,
    RevokedTokens revoked,
    RefreshingCache<string, Introspection> introspections,
    TimeProvider time,
    ILogger<IdentityNotifications> logger)
    : RedisListener(redis, time, logger)
{
    public const string ChannelPrefix = "identity.notifications.";

    protected override IEnumerable<RedisChannel> Channels => [new($"{ChannelPrefix}*", RedisChannel.PatternMode.Pattern)];

    protected override void OnMissed() => introspections.Clear();

    /// <summary>Takes a message; one that is none of these changes nothing.</summary>
    protected override void OnMessage(string channel, byte[] message)
    {
        var tenantId = channel[ChannelPrefix.Length..];
        if (!GrainKeys.IsTenantId(tenantId)) return;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Object) return;
            switch (TextOf(root, "event"))
            {
                case "token_revoked" when TextOf(data, "token_id") is { } tokenId:
                    introspections.RemoveByTag(Introspection.TagOfToken(tenantId, tokenId));
                    revoked.AddToken(tenantId, tokenId);
                    break;
                case "user_revoked" when TextOf(data, "subject") is { } subject:
                    introspections.RemoveByTag(Introspection.TagOfSubject(tenantId, subject));
                    revoked.AddSubject(tenantId, subject);
                    break;
            }
        }
        catch (JsonException)
        {
            logger.LogWarning(LogEvents.NotificationInvalid, "A notification of the Identity Service could not be read");
        }
    }

    private static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
