using System.Text.Json.Serialization;
using AgentManagement.Changes;

namespace AgentManagement.Domain.Changes;

/// <summary>A change as WebSocket and server-sent events tell it, in the names of the ecosystem.</summary>
public sealed record EventMessage(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("event_id")] string EventId,
    [property: JsonPropertyName("timestamp")] DateTimeOffset Timestamp,
    [property: JsonPropertyName("tenant_id")] string TenantId,
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("correlation_id")] string CorrelationId,
    [property: JsonPropertyName("data")] object Data,
    [property: JsonPropertyName("task_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TaskId = null)
{
    /// <summary>A change of the tenant: it has a revision of its own, and is in the log.</summary>
    public const string Change = "change";

    /// <summary>Something of a moment: the revision is the one that was last.</summary>
    public const string OfMoment = "notice";

    /// <summary>Of the connection itself: the revision is where it is in the tenant's changes.</summary>
    public const string Control = "control";

    public const string Created = "agent_created";
    public const string Updated = "agent_updated";
    public const string Deleted = "agent_deleted";
    public const string Activated = "agent_activated";
    public const string Deactivated = "agent_deactivated";

    public const string TemplateUpdated = "template_updated";
    public const string TenantUpdated = "tenant_updated";
    public const string FileUpdated = "file_updated";
    public const string ApiKeyUpdated = "api_key_updated";
    public const string WebhookUpdated = "webhook_updated";

    public const string LabelUpdated = "label_updated";
    public const string ReleaseUpdated = "release_updated";

    public const string RuntimeSilent = "runtime_silent";

    /// <summary>Tells that everything has to be read anew: the tenant does not have the revisions that were told.</summary>
    public const string ResyncRequired = "resync_required";

    /// <summary>The names of the events that tell changes.</summary>
    public static ImmutableArray<string> NamesOfChanges { get; } =
    [
        Created, Updated, Deleted, Activated, Deactivated, TemplateUpdated, TenantUpdated, FileUpdated, ApiKeyUpdated, WebhookUpdated,
        LabelUpdated, ReleaseUpdated, RuntimeSilent,
    ];

    /// <summary>The names of the events that tell changes and notices.</summary>
    public static ImmutableArray<string> Names { get; } = [.. NamesOfChanges, .. Notice.Events];

    /// <summary>What <see cref="Data"/> is of changes.</summary>
    public static ImmutableArray<Type> DataTypes { get; } =
    [
        typeof(EventData), typeof(TemplateEventData), typeof(FileEventData), typeof(ApiKeyEventData), typeof(WebhookEventData),
        typeof(TenantEventData), typeof(LabelEventData), typeof(RuntimeEventData),
    ];

    public static EventMessage Of(string tenantId, ChangeEvent change) => new(
        NameOf(change.Kind), Change, change.EventId, change.At, tenantId, change.Revision, change.CorrelationId,
        DataOf(change), change.TaskId);

    public static EventMessage Of(string tenantId, long revision, Notice notice) => new(
        notice.Event, OfMoment, notice.EventId, notice.At, tenantId, revision, notice.CorrelationId, notice.Data);

    /// <summary>Tells that everything has to be read anew.</summary>
    public static EventMessage Resync(string tenantId, long revision, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now).ToString("n");
        return new(ResyncRequired, Control, id, now, tenantId, revision, id, new { });
    }

    private static object DataOf(ChangeEvent change) =>
        ChangeSubject.TryReadTemplate(change.AgentId, out var templateId)
            ? new TemplateEventData(templateId, change.AgentName, change.Version, change.Status, change.Kind)
        : ChangeSubject.TryReadFile(change.AgentId, out var fileId)
            ? new FileEventData(fileId, change.AgentName, change.Status, change.Kind)
        : ChangeSubject.TryReadApiKey(change.AgentId, out var keyId) ? new ApiKeyEventData(keyId, change.Status, change.Kind)
        : ChangeSubject.TryReadWebhook(change.AgentId, out var webhookId) ? new WebhookEventData(webhookId, change.Status, change.Kind)
        : ChangeSubject.TryReadLabel(change.AgentId, out var label) ? new LabelEventData(
            label, change.Step?.Revision ?? 0, change.Step?.ReleaseId, change.Status, change.Kind, change.Step?.Step,
            [.. (change.Step?.Items ?? []).Select(
                item => new AssignedEventData(item.AgentId, item.Stable, item.Candidate, item.Weight))])
        : ChangeSubject.TryReadRuntime(change.AgentId, out var instance) ? new RuntimeEventData(instance, change.Status, change.Kind)
        : ChangeSubject.IsAgent(change.AgentId) ? new EventData(
            change.AgentId, change.AgentName, change.Version, change.Status, change.Kind, change.Details?.Degraded ?? [])
        : new TenantEventData(change.Status, change.Kind);

    /// <summary>The name of the event that tells a change of this kind.</summary>
    public static string NameOf(string kind) => kind switch
    {
        ChangeKind.Created or ChangeKind.Cloned or ChangeKind.Instantiated => Created,
        _ when ChangeKind.IsOfTemplate(kind) => TemplateUpdated,
        ChangeKind.TenantUpdated => TenantUpdated,
        ChangeKind.LabelCreated or ChangeKind.LabelUpdated or ChangeKind.LabelDeleted => LabelUpdated,
        _ when ChangeKind.IsOfRelease(kind) => ReleaseUpdated,
        ChangeKind.FileAdded or ChangeKind.FileDeleted => FileUpdated,
        ChangeKind.ApiKeyCreated or ChangeKind.ApiKeyRotated or ChangeKind.ApiKeyRevoked => ApiKeyUpdated,
        ChangeKind.WebhookCreated or ChangeKind.WebhookUpdated or ChangeKind.WebhookRotated or ChangeKind.WebhookDisabled
            or ChangeKind.WebhookDeleted => WebhookUpdated,
        ChangeKind.RuntimeSilent => RuntimeSilent,
        ChangeKind.Activated => Activated,
        ChangeKind.Deactivated => Deactivated,
        ChangeKind.Archived or ChangeKind.Purged => Deleted,
        // Also a kind of a newer silo: that something has changed is always true.
        _ => Updated,
    };
}

/// <summary>What a change did to which agent.</summary>
public sealed record EventData(
    [property: JsonPropertyName("agent_id")] string AgentId,
    [property: JsonPropertyName("agent_name")] string AgentName,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("degraded")] ImmutableArray<string> Degraded);

/// <summary>What a change did to which template.</summary>
public sealed record TemplateEventData(
    [property: JsonPropertyName("template_id")] string TemplateId,
    [property: JsonPropertyName("template_name")] string TemplateName,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind);

/// <summary>What a change did to which file.</summary>
public sealed record FileEventData(
    [property: JsonPropertyName("file_id")] string FileId,
    [property: JsonPropertyName("file_name")] string FileName,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind);

/// <summary>What a change did to which API key; its name is for those who may list keys.</summary>
public sealed record ApiKeyEventData(
    [property: JsonPropertyName("api_key_id")] string ApiKeyId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind);

/// <summary>What a change did to which webhook; where it sends is for those who may manage webhooks.</summary>
public sealed record WebhookEventData(
    [property: JsonPropertyName("webhook_id")] string WebhookId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind);

/// <summary>What a change did to the tenant itself.</summary>
public sealed record TenantEventData(
    [property: JsonPropertyName("tier")] string Tier,
    [property: JsonPropertyName("kind")] string Kind);

/// <summary>What a change did to which label, by which release; all of it at once.</summary>
public sealed record LabelEventData(
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("label_revision")] int LabelRevision,
    [property: JsonPropertyName("release_id")] string? ReleaseId,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("step")] int? Step,
    [property: JsonPropertyName("items")] ImmutableArray<AssignedEventData> Items);

/// <summary>What a label has of an agent from then on; nothing of it where both versions are null.</summary>
public sealed record AssignedEventData(
    [property: JsonPropertyName("agent_id")] string AgentId,
    [property: JsonPropertyName("version")] int? Version,
    [property: JsonPropertyName("candidate")] int? Candidate,
    [property: JsonPropertyName("weight")] int Weight);

/// <summary>What became of which runtime.</summary>
public sealed record RuntimeEventData(
    [property: JsonPropertyName("instance")] string Instance,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("kind")] string Kind);
