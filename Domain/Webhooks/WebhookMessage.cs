using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Domain.Changes;

namespace AgentManagement.Domain.Webhooks;

/// <summary>What is sent of a change: that it was made. Whoever wants to know more reads it.</summary>
public sealed record WebhookMessage(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("tenant_id")] string TenantId,
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("data")] object Data)
{
    /// <summary>The type of what is sent to see whether a receiver is there.</summary>
    public const string Ping = "ping";

    /// <summary>How much of what does not work any more is told, so that nothing that is sent is large.</summary>
    public const int MaxDegraded = 50;

    public static WebhookMessage Of(string tenantId, ChangeEvent change)
    {
        var message = EventMessage.Of(tenantId, change);
        var data = message.Data is EventData { Degraded.Length: > MaxDegraded } agent
            ? agent with { Degraded = agent.Degraded[..MaxDegraded] } : message.Data;
        return new(message.Event, message.Timestamp, tenantId, message.Revision, data);
    }
}

/// <summary>Signatures of Standard Webhooks (standardwebhooks.com), by which a receiver knows who has sent something, and when.</summary>
public static class WebhookSignature
{
    /// <summary>How the text of a secret begins; its bytes follow in base64.</summary>
    public const string SecretPrefix = "whsec_";

    private const string Version = "v1,";

    /// <summary>The header: a signature by each secret, separated by spaces.</summary>
    /// <param name="secrets">The secrets' bytes.</param>
    /// <param name="id">webhook-id.</param>
    /// <param name="timestamp">webhook-timestamp, in seconds of Unix time.</param>
    /// <param name="body">The body, as it is sent.</param>
    public static string Of(IEnumerable<byte[]> secrets, string id, long timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp.ToString(CultureInfo.InvariantCulture)}."), .. body];
        return string.Join(' ', secrets.Select(secret => Version + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
