namespace AgentManagement.Changes;

/// <summary>The kinds of changes in the log. The feed's event names (docs/adr) are made from them.</summary>
public static class ChangeKind
{
    public const string Created = "agent_created";
    public const string Cloned = "agent_cloned";
    public const string Updated = "agent_updated";
    public const string RolledBack = "agent_rolled_back";
    public const string Activated = "agent_activated";
    public const string Deactivated = "agent_deactivated";
    public const string Archived = "agent_archived";
    public const string Restored = "agent_restored";
    public const string Purged = "agent_purged";
    public const string Instantiated = "agent_instantiated";
    public const string Upgraded = "agent_upgraded";

    public const string TemplateCreated = "template_created";
    public const string TemplateUpdated = "template_updated";
    public const string TemplateDeleted = "template_deleted";
    public const string TenantUpdated = "tenant_updated";

    public const string FileAdded = "file_added";
    public const string FileDeleted = "file_deleted";

    public const string ApiKeyCreated = "api_key_created";
    public const string ApiKeyRotated = "api_key_rotated";
    public const string ApiKeyRevoked = "api_key_revoked";

    public const string WebhookCreated = "webhook_created";
    public const string WebhookUpdated = "webhook_updated";
    public const string WebhookRotated = "webhook_rotated";
    public const string WebhookDisabled = "webhook_disabled";
    public const string WebhookDeleted = "webhook_deleted";

    public const string LabelCreated = "label_created";
    public const string LabelUpdated = "label_updated";
    public const string LabelDeleted = "label_deleted";

    public const string ReleaseCreated = "release_created";
    public const string ReleaseChanged = "release_changed";
    public const string ReleaseApproved = "release_approved";
    public const string ReleaseRejected = "release_rejected";
    public const string ReleaseStarted = "release_started";
    public const string ReleaseAdvanced = "release_advanced";
    public const string ReleasePaused = "release_paused";
    public const string ReleaseResumed = "release_resumed";
    public const string ReleaseBlocked = "release_blocked";
    public const string ReleaseReported = "release_reported";
    public const string ReleaseCompleted = "release_completed";
    public const string ReleaseBypassed = "release_bypassed";
    public const string ReleaseRolledBack = "release_rolled_back";
    public const string ReleaseCancelled = "release_cancelled";
    public const string ReleaseExpired = "release_expired";

    /// <summary>A runtime stopped to report, and did not say that it ends.</summary>
    public const string RuntimeSilent = "runtime_silent";

    /// <summary>Whether a change of this kind is of a release.</summary>
    public static bool IsOfRelease(string kind) => kind.StartsWith("release_", StringComparison.Ordinal);

    /// <summary>Whether a change of this kind is of a template.</summary>
    public static bool IsOfTemplate(string kind) => kind is TemplateCreated or TemplateUpdated or TemplateDeleted;

    /// <summary>A tool that the agent uses does not work any more, or another one.</summary>
    public const string Degraded = "agent_degraded";

    /// <summary>All tools that the agent uses work again.</summary>
    public const string Recovered = "agent_recovered";

    public static ImmutableArray<string> All { get; } =
    [
        Created, Cloned, Updated, RolledBack, Activated, Deactivated, Archived, Restored, Purged, Instantiated, Upgraded,
        TemplateCreated, TemplateUpdated, TemplateDeleted, TenantUpdated, Degraded, Recovered, FileAdded, FileDeleted,
        ApiKeyCreated, ApiKeyRotated, ApiKeyRevoked,
        WebhookCreated, WebhookUpdated, WebhookRotated, WebhookDisabled, WebhookDeleted,
        LabelCreated, LabelUpdated, LabelDeleted, ReleaseCreated, ReleaseChanged, ReleaseApproved, ReleaseRejected, ReleaseStarted,
        ReleaseAdvanced, ReleasePaused, ReleaseResumed, ReleaseBlocked, ReleaseReported, ReleaseCompleted, ReleaseBypassed,
        ReleaseRolledBack, ReleaseCancelled, ReleaseExpired, RuntimeSilent,
    ];
}
