namespace AgentManagement.Webhooks;

/// <summary>An address to which a tenant's changes are sent, without its secrets.</summary>
[GenerateSerializer, Immutable, Alias("Webhook")]
public sealed record Webhook
{
    /// <summary>How many a tenant can have, disabled ones too.</summary>
    public const int MaxOfTenant = 20;

    /// <summary>How many characters an address can have.</summary>
    public const int MaxUrlCharacters = 2_048;

    /// <summary>How many characters a description can have.</summary>
    public const int MaxDescriptionCharacters = 200;

    /// <summary>How long a secret can go on at most after its webhook has got another, and how long it does when nothing is said.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);

    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Url { get; init; }
    [Id(2)] public string? Description { get; init; }

    /// <summary>The names of the events that it wants; empty for all.</summary>
    [Id(3)] public required ImmutableArray<string> Events { get; init; }

    /// <summary>Why nothing is sent, one of <see cref="DisabledReason"/>; null while it is.</summary>
    [Id(4)] public string? Disabled { get; init; }

    /// <summary>1 for a new one, and one more with every change.</summary>
    [Id(5)] public required int Version { get; init; }
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(7)] public required string CreatedBy { get; init; }
    [Id(8)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(9)] public required string UpdatedBy { get; init; }

    /// <summary>When its secret was made.</summary>
    [Id(10)] public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>Until when the secret before signs, too; null when there is none that does.</summary>
    [Id(11)] public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>How it fares; null of a dry run.</summary>
    [Id(12)] public WebhookDelivery? Delivery { get; init; }
}

/// <summary>How far a webhook has got, and how it fares.</summary>
/// <param name="Revision">Up to which revision everything was accepted, was not wanted, or was given up as a dead letter.</param>
/// <param name="Attempts">How often the next event was sent in vain.</param>
/// <param name="FailingSince">When that began; null while nothing fails.</param>
/// <param name="NextAttemptAt">When it is sent again; null for at once.</param>
/// <param name="LastFailure">Why the last attempt that failed did; null when none did since an event was accepted.</param>
/// <param name="LastAcceptedAt">When an event was accepted last.</param>
[GenerateSerializer, Immutable, Alias("WebhookDelivery")]
public sealed record WebhookDelivery(
    long Revision, int Attempts, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt, string? LastFailure,
    DateTimeOffset? LastAcceptedAt);

/// <summary>Why nothing is sent to a webhook.</summary>
public static class DisabledReason
{
    /// <summary>Somebody asked for it.</summary>
    public const string ByRequest = "by_request";

    /// <summary>It answered 410: it wants nothing any more.</summary>
    public const string Gone = "gone";

    /// <summary>It accepted nothing for five days.</summary>
    public const string NotAccepting = "not_accepting";

    public static ImmutableArray<string> All { get; } = [ByRequest, Gone, NotAccepting];
}

/// <summary>What a write did to a webhook.</summary>
/// <param name="Webhook">The webhook after it, or as it was before it was deleted; null of a deletion that was done before.</param>
/// <param name="Kind">One of <see cref="Changes.ChangeKind"/>; null when nothing was changed.</param>
/// <param name="Replayed">It was done before, under the same idempotency key.</param>
[GenerateSerializer, Immutable, Alias("WebhookChange")]
public sealed record WebhookChange(Webhook? Webhook, string? Kind, bool Replayed = false);

/// <summary>What became of a ping.</summary>
/// <param name="Accepted">Whether the answer was a success.</param>
/// <param name="Status">The answer's status; null when there was none.</param>
/// <param name="Failure">Why it was not accepted; null when it was.</param>
/// <param name="Duration">How long it took.</param>
[GenerateSerializer, Immutable, Alias("WebhookPing")]
public sealed record WebhookPing(bool Accepted, int? Status, string? Failure, TimeSpan Duration);

/// <summary>An event that was given up: the webhook refused it for a day, and accepted a ping.</summary>
/// <param name="Revision">The event's revision, from which it can be sent again.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Event">Its name.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Failure">Why the last attempt failed.</param>
/// <param name="At">When it was given up.</param>
[GenerateSerializer, Immutable, Alias("WebhookDeadLetter")]
public sealed record WebhookDeadLetter(long Revision, string EventId, string Event, int Attempts, string Failure, DateTimeOffset At);
