using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Domain.Webhooks;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Webhooks;
using AgentManagement.Webhooks;

namespace AgentManagement.Grains.Webhooks;

/// <summary>Makes what is sent, signs it with the webhook's secrets, and has it sent.</summary>
public sealed class WebhookPosts(IWebhookPost post, WebhookSecrets secrets, TimeProvider time)
{
    public Task<DeliveryResult> SendAsync(
        string tenantId, WebhookDocument webhook, ChangeEvent change, CancellationToken cancellationToken) =>
        SendAsync(tenantId, webhook, change.EventId, WebhookMessage.Of(tenantId, change), cancellationToken);

    /// <summary>Sends what tells nothing, to see whether the receiver is there.</summary>
    /// <param name="revision">How far the webhook has got.</param>
    public async Task<WebhookPing> PingAsync(string tenantId, WebhookDocument webhook, long revision, CancellationToken cancellationToken)
    {
        var (now, start) = (time.GetUtcNow(), time.GetTimestamp());
        var message = new WebhookMessage(WebhookMessage.Ping, now, tenantId, revision, new WebhookPingData(webhook.Id));
        var result = await SendAsync(tenantId, webhook, Guid.CreateVersion7(now).ToString("n"), message, cancellationToken);
        return new(result.Outcome == DeliveryOutcome.Accepted, result.Status, result.Failure, time.GetElapsedTime(start));
    }

    private async Task<DeliveryResult> SendAsync(
        string tenantId, WebhookDocument webhook, string id, WebhookMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var keys = webhook.SecretsAt(now).Select(each => secrets.Decrypt(each, tenantId, webhook.Id)).OfType<byte[]>().ToList();
        // Nothing goes out that its receiver could not verify.
        if (keys.Count == 0) return new(DeliveryOutcome.NoSecret);
        var body = JsonSerializer.SerializeToUtf8Bytes(message, JsonFormat.Options);
        var timestamp = now.ToUnixTimeSeconds();
        var posting = new WebhookPosting(
            tenantId, new(webhook.Url), id, timestamp, WebhookSignature.Of(keys, id, timestamp, body), body);
        var start = time.GetTimestamp();
        var result = await post.SendAsync(posting, cancellationToken);
        WebhookMetrics.Count(tenantId, result.Outcome, time.GetElapsedTime(start));
        return result;
    }

    private sealed record WebhookPingData([property: JsonPropertyName("webhook_id")] string WebhookId);
}
