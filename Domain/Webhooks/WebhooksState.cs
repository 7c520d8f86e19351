using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Webhooks;

namespace AgentManagement.Domain.Webhooks;

/// <summary>What is stored of a tenant's webhooks: those that there are. As <see cref="AgentState"/>.</summary>
public sealed record WebhooksState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The webhooks that were not deleted, oldest first.</summary>
    public ImmutableArray<WebhookDocument> Webhooks { get; init; } = [];

    /// <summary>The webhook; null when there is none.</summary>
    public WebhookDocument? Find(string webhookId) => Webhooks.FirstOrDefault(webhook => webhook.Id == webhookId);

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    // Addresses and secrets are in no other table.
    object? IAggregateState.Content => null;
}

/// <summary>A webhook as it is stored. Secrets are encrypted.</summary>
public sealed record WebhookDocument
{
    public required string Id { get; init; }
    public required string Url { get; init; }
    public string? Description { get; init; }
    public ImmutableArray<string> Events { get; init; } = [];

    /// <summary>One of <see cref="DisabledReason"/>; null while events are sent.</summary>
    public string? Disabled { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }
    public required string Secret { get; init; }
    public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>The secret before; null when there is none that goes on.</summary>
    public string? FormerSecret { get; init; }
    public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>Whether an event of this change is to be sent.</summary>
    public bool Wants(ChangeEvent change) => Events.IsEmpty || Events.Contains(EventMessage.NameOf(change.Kind));

    /// <summary>The secrets that events are signed with at a time, the newest first.</summary>
    public ImmutableArray<string> SecretsAt(DateTimeOffset now) =>
        FormerSecret is { } former && now < FormerUntil ? [Secret, former] : [Secret];

    /// <summary>The webhook as grains hand it out.</summary>
    public Webhook ToWebhook(WebhookDelivery? delivery = null) => new()
    {
        Id = Id, Url = Url, Description = Description, Events = Events, Disabled = Disabled, Version = Version,
        CreatedAt = CreatedAt, CreatedBy = CreatedBy, UpdatedAt = UpdatedAt, UpdatedBy = UpdatedBy,
        RotatedAt = RotatedAt, FormerUntil = FormerUntil, Delivery = delivery,
    };
}
