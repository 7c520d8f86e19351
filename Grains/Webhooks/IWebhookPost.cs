using System.Net;
using AgentManagement.Domain.Webhooks;

namespace AgentManagement.Grains.Webhooks;

/// <summary>Sends to receivers of webhooks: one request, whose answer is read as far as its status.</summary>
public interface IWebhookPost
{
    /// <summary>Sends; whatever the receiver does is a result.</summary>
    /// <exception cref="OperationCanceledException">It is not known whether the receiver has it.</exception>
    Task<DeliveryResult> SendAsync(WebhookPosting posting, CancellationToken cancellationToken);
}

/// <summary>What is to be sent.</summary>
/// <param name="TenantId">Whose it is: tenants take turns.</param>
/// <param name="Url">Where to.</param>
/// <param name="Id">webhook-id: the same whenever it is sent.</param>
/// <param name="Timestamp">webhook-timestamp: of this attempt.</param>
/// <param name="Signature">webhook-signature.</param>
/// <param name="Body">JSON.</param>
public sealed record WebhookPosting(string TenantId, Uri Url, string Id, long Timestamp, string Signature, byte[] Body)
{
    /// <summary>Without the address and what is signed.</summary>
    public override string ToString() => $"{nameof(WebhookPosting)} {Id}";
}

/// <summary>Where webhooks may be, and when what they did not accept is sent again.</summary>
/// <param name="AllowsHttp">Whether an address may be one without TLS.</param>
/// <param name="MayBeCalled">Whether anything is sent to an address.</param>
public sealed record WebhookOptions(bool AllowsHttp, Func<IPAddress, bool> MayBeCalled)
{
    /// <summary><see cref="DeliveryRules.Delays"/>.</summary>
    public ImmutableArray<TimeSpan> Delays { get; init; } = DeliveryRules.Delays;
}
