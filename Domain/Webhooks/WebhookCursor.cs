namespace AgentManagement.Domain.Webhooks;

/// <summary>How far a webhook has got, and how it fares. A row of its own: what is sent is no change of the tenant's.</summary>
public sealed record WebhookCursor
{
    /// <summary>Up to which revision everything was accepted, was not wanted, or was given up as a dead letter.</summary>
    public required long Revision { get; init; }

    /// <summary>How often the next event was sent in vain.</summary>
    public int Attempts { get; init; }

    /// <summary>When that began; null while nothing fails.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the next event is sent again; null for at once.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last attempt failed; null when none did since an event was accepted.</summary>
    public string? LastFailure { get; init; }

    public DateTimeOffset? LastAcceptedAt { get; init; }

    /// <summary>Of the row: it is written only by who has read it as it is.</summary>
    public int Version { get; init; }
}
