using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Audit;

/// <summary>A page of the change log, newest first.</summary>
/// <param name="Items">The changes.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record AuditListResponse(ImmutableArray<AuditRecordResponse> Items, string? NextCursor)
{
    public static AuditListResponse Of(Page<ChangeRecord> page) =>
        new([.. page.Items.Select(AuditRecordResponse.Of)], page.NextCursor);
}

/// <summary>One change.</summary>
/// <param name="Revision">The tenant's revision that the change made; no gaps.</param>
/// <param name="EventId">Unique.</param>
/// <param name="Kind">agent_created, agent_updated …</param>
/// <param name="AgentId">The agent; null when something else was changed.</param>
/// <param name="AgentName">Its name after the change.</param>
/// <param name="Version">The version that the change made.</param>
/// <param name="Status">The agent's status after the change; of a template published or deleted, of a file stored or deleted, of an API key
/// active or revoked, of a webhook active, disabled or deleted, of the tenant itself its tier.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Role">In which role.</param>
/// <param name="CorrelationId">The request that made the change.</param>
/// <param name="Note">The reason or note that the actor gave.</param>
/// <param name="TemplateId">The template; null when something else was changed.</param>
/// <param name="TemplateName">Its name after the change.</param>
/// <param name="FileId">The file; null when something else was changed.</param>
/// <param name="FileName">What it is called.</param>
/// <param name="ApiKeyId">The API key; null when something else was changed.</param>
/// <param name="ApiKeyName">What it is called.</param>
/// <param name="WebhookId">The webhook; null when something else was changed.</param>
/// <param name="WebhookName">The host of its address.</param>
/// <param name="Address">Where the actor's request came from; null where it is not known.</param>
/// <param name="Details">What the change did; null where nothing is told.</param>
/// <param name="DetailsText">The same letter for letter as the hash covers it; null where nothing is told.</param>
/// <param name="DocumentHash">SHA-256 of the content that the change made; null where it left none.</param>
/// <param name="TaskId">The task that made the change; null outside of tasks.</param>
/// <param name="Hash">SHA-256 of this change and of the hash before it (docs/audit.md).</param>
/// <param name="Label">The label whose policy or release was changed; null when something else was.</param>
/// <param name="Release">What that change did; null when something else was changed.</param>
/// <param name="Runtime">The runtime that fell silent; null when something was changed.</param>
internal sealed record AuditRecordResponse(
    long Revision, string EventId, string Kind, string? AgentId, string? AgentName, int Version, string Status,
    DateTimeOffset At, string Actor, string Role, string CorrelationId, string? Note, string? TemplateId, string? TemplateName,
    string? FileId, string? FileName, string? ApiKeyId, string? ApiKeyName, string? WebhookId, string? WebhookName, string? Address,
    ChangeDetailsResponse? Details, string? DetailsText, string? DocumentHash,
    string? TaskId, string Hash, string? Label, LabelStepResponse? Release, string? Runtime)
{
    public static AuditRecordResponse Of(ChangeRecord change)
    {
        var isAgent = ChangeSubject.IsAgent(change.AgentId);
        var isTemplate = ChangeSubject.TryReadTemplate(change.AgentId, out var templateId);
        var isFile = ChangeSubject.TryReadFile(change.AgentId, out var fileId);
        var isApiKey = ChangeSubject.TryReadApiKey(change.AgentId, out var apiKeyId);
        var isWebhook = ChangeSubject.TryReadWebhook(change.AgentId, out var webhookId);
        var isLabel = ChangeSubject.TryReadLabel(change.AgentId, out var label);
        ChangeSubject.TryReadRuntime(change.AgentId, out var runtime);
        return new(
            change.Revision, change.EventId, change.Kind, isAgent ? change.AgentId : null, isAgent ? change.AgentName : null,
            change.Version, change.Status,
            change.At, change.Actor, change.Role, change.CorrelationId, change.Note, templateId, isTemplate ? change.AgentName : null,
            fileId, isFile ? change.AgentName : null, apiKeyId, isApiKey ? change.AgentName : null,
            webhookId, isWebhook ? change.AgentName : null, change.Address,
            isLabel ? null : ChangeDetailsResponse.Of(change.Details), change.Details, change.DocumentHash, change.TaskId, change.Hash,
            label, isLabel ? LabelStepResponse.Of(change.Details) : null, runtime);
    }
}

/// <summary>What a change of an agent did.</summary>
/// <param name="Fields">JSON pointers of what changed, to the sections of the configuration; empty of a new agent.</param>
/// <param name="ToolsAdded">Ids of tools that the agent did not have before.</param>
/// <param name="ToolsRemoved">Ids of tools that it does not have any more.</param>
/// <param name="ApplyToNewInteractions">Whether new interactions are to use the change.</param>
/// <param name="NotifySessions">Whether running sessions are to be told of it.</param>
/// <param name="ForceUpdateSessions">Whether running sessions are to take it over at once.</param>
/// <param name="DegradedTools">What it uses that does not work any more, after the change.</param>
internal sealed record ChangeDetailsResponse(
    ImmutableArray<string> Fields, ImmutableArray<string> ToolsAdded, ImmutableArray<string> ToolsRemoved, bool ApplyToNewInteractions,
    bool NotifySessions, bool ForceUpdateSessions, ImmutableArray<string> DegradedTools)
{
    public static ChangeDetailsResponse? Of(string? details)
    {
        if (details is null) return null;
        var parts = JsonSerializer.Deserialize<ChangedParts>(details, JsonSerializerOptions.Web)!;
        return new(
            Listed(parts.Fields), Listed(parts.ToolsAdded), Listed(parts.ToolsRemoved), parts.ApplyToNewInteractions, parts.NotifySessions,
            parts.ForceUpdateSessions, Listed(parts.Degraded));
    }

    // What an old row does not say is a list that was never made.
    private static ImmutableArray<string> Listed(ImmutableArray<string> items) => items.IsDefault ? [] : items;
}

/// <summary>What a change of a label, or of one of its releases, did.</summary>
/// <param name="LabelRevision">The label's revision after it.</param>
/// <param name="ReleaseId">The release; null where the policy was changed.</param>
/// <param name="Step">The step of its rollout that holds; null outside of one.</param>
/// <param name="Items">What the label has from then on, of the agents that the change was about.</param>
internal sealed record LabelStepResponse(int LabelRevision, string? ReleaseId, int? Step, ImmutableArray<AssignedVersionResponse> Items)
{
    public static LabelStepResponse? Of(string? details) =>
        details is not null && JsonSerializer.Deserialize<LabelStep>(details, JsonSerializerOptions.Web) is { } step
            ? new(step.Revision, step.ReleaseId, step.Step, [.. step.Items.Select(item => new AssignedVersionResponse(
                item.AgentId, item.Stable, item.Candidate, item.Weight))])
            : null;
}

/// <summary>What a label has of an agent; nothing of it where both versions are null.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Stable">The version for all whom no rollout concerns.</param>
/// <param name="Candidate">The version that a rollout brings.</param>
/// <param name="Weight">How many of 100,000 keys have it.</param>
internal sealed record AssignedVersionResponse(string AgentId, int? Stable, int? Candidate, int Weight);
