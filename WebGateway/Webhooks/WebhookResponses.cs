using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Agents;
using AgentManagement.Webhooks;

namespace AgentManagement.WebGateway.Webhooks;

/// <summary>An address to which the tenant's changes are sent, without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Where to.</param>
/// <param name="Description">What it is for; null for nothing.</param>
/// <param name="Events">The names of the events that are sent; empty for all.</param>
/// <param name="Disabled">Whether nothing is sent.</param>
/// <param name="DisabledReason">Why: by_request, gone (it answered 410) or not_accepting (nothing for five days); null while it is
/// not.</param>
/// <param name="Version">1 for a new one, and one more with every change; the ETag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="UpdatedBy">By whom.</param>
/// <param name="SecretRotatedAt">When its secret was made.</param>
/// <param name="FormerSecretUntil">Until when the secret before signs, too; null when none does.</param>
/// <param name="Delivery">How far it has got.</param>
internal sealed record WebhookResponse(
    string Id, string Url, string? Description, ImmutableArray<string> Events, bool Disabled, string? DisabledReason, int Version,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy, DateTimeOffset SecretRotatedAt,
    DateTimeOffset? FormerSecretUntil, WebhookDeliveryResponse Delivery)
{
    public static WebhookResponse Of(Webhook webhook) => new(
        webhook.Id, webhook.Url, webhook.Description, webhook.Events, webhook.Disabled is not null, webhook.Disabled, webhook.Version,
        webhook.CreatedAt, webhook.CreatedBy, webhook.UpdatedAt, webhook.UpdatedBy, webhook.RotatedAt, webhook.FormerUntil,
        WebhookDeliveryResponse.Of(webhook.Delivery));
}

/// <summary>How far a webhook has got, and how it fares.</summary>
/// <param name="Revision">Up to which revision everything was accepted, was not wanted, or was given up.</param>
/// <param name="Attempts">How often the next event was sent in vain.</param>
/// <param name="FailingSince">When that began; null while nothing fails.</param>
/// <param name="NextAttemptAt">When it is sent again; null for at once.</param>
/// <param name="LastFailure">http_ and the status, timeout, unreachable or secret_unreadable; null when nothing failed since an event was
/// accepted.</param>
/// <param name="LastAcceptedAt">When an event was accepted last; null for never.</param>
internal sealed record WebhookDeliveryResponse(
    long Revision, int Attempts, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt, string? LastFailure,
    DateTimeOffset? LastAcceptedAt)
{
    public static WebhookDeliveryResponse Of(WebhookDelivery? delivery) => delivery is null
        ? new(0, 0, null, null, null, null)
        : new(
            delivery.Revision, delivery.Attempts, delivery.FailingSince, delivery.NextAttemptAt, delivery.LastFailure,
            delivery.LastAcceptedAt);
}

/// <summary>A webhook with its secret, which is shown this once.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Secret">whsec_ and, in base64, the bytes that events are signed with.</param>
internal sealed record WebhookSecretResponse(WebhookResponse Webhook, string Secret);

/// <summary>The tenant's webhooks.</summary>
/// <param name="Items">All of them, oldest first; at most 20.</param>
internal sealed record WebhookListResponse(ImmutableArray<WebhookResponse> Items);

/// <summary>What a write of a webhook would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors.</param>
/// <param name="Kind">The kind of the change that it would make; null when it would change nothing, or is not valid.</param>
internal sealed record WebhookDryRunResponse(bool Valid, ImmutableArray<IssueResponse> Issues, string? Kind)
{
    /// <summary>The answer to a dry run; null when the write would be refused for another reason than its content.</summary>
    public static WebhookDryRunResponse? Of(Outcome<WebhookChange> outcome) => outcome switch
    {
        { IsOk: true } => new(true, [], outcome.Value.Kind),
        { Kind: OutcomeKind.Invalid, Code: "invalid_content" } => new(false, IssueResponse.Of(outcome.Issues), null),
        _ => null,
    };
}

/// <summary>What became of a ping.</summary>
/// <param name="Accepted">Whether the answer was a success.</param>
/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Failure">As lastFailure of a webhook; null when it was accepted.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
internal sealed record WebhookPingResponse(bool Accepted, int? Status, string? Failure, int DurationMilliseconds)
{
    public static WebhookPingResponse Of(WebhookPing ping) =>
        new(ping.Accepted, ping.Status, ping.Failure, (int)ping.Duration.TotalMilliseconds);
}

/// <summary>A page of the events that were given up, newest first.</summary>
/// <param name="Items">The events.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record DeadLetterListResponse(ImmutableArray<DeadLetterResponse> Items, string? NextCursor)
{
    public static DeadLetterListResponse Of(Page<WebhookDeadLetter> page) => new(
        [
            .. page.Items.Select(letter =>
                new DeadLetterResponse(letter.Revision, letter.EventId, letter.Event, letter.Attempts, letter.Failure, letter.At)),
        ],
        page.NextCursor);
}

/// <summary>An event that was given up: the webhook did not accept it for a day, and accepted a ping.</summary>
/// <param name="Revision">Its revision, from which it can be sent again.</param>
/// <param name="EventId">Its id, which is the webhook-id.</param>
/// <param name="Event">Its name.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Failure">As lastFailure of a webhook.</param>
/// <param name="At">When it was given up.</param>
internal sealed record DeadLetterResponse(long Revision, string EventId, string Event, int Attempts, string Failure, DateTimeOffset At);
