using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Domain.Changes;

namespace AgentManagement.Silo.Orchestrator;

/// <summary>What the orchestrator is told of an agent's change: the event, and what running sessions are to do with it.</summary>
internal sealed record UpdateMessage(
    [property: JsonPropertyName("agent_id")] string AgentId,
    [property: JsonPropertyName("agent_name")] string AgentName,
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("previous_version")] int? PreviousVersion,
    [property: JsonPropertyName("new_version")] int NewVersion,
    [property: JsonPropertyName("changes")] UpdatedParts Changes,
    [property: JsonPropertyName("update_policy")] PolicyMessage Policy,
    [property: JsonPropertyName("degraded")] ImmutableArray<string> Degraded)
{
    public static EventMessage Of(string tenantId, ChangeEvent change)
    {
        // What is no agent has no sessions to be updated.
        if (!ChangeSubject.IsAgent(change.AgentId)) return EventMessage.Of(tenantId, change);
        var details = change.Details ?? new([], [], [], UpdatePolicy.Default);
        return EventMessage.Of(tenantId, change) with
        {
            Data = new UpdateMessage(
                change.AgentId, change.AgentName, change.Version, change.Status,
                change.Version > 1 ? change.Version - 1 : null, change.Version,
                new(details.Fields, details.ToolsAdded, details.ToolsRemoved),
                new(details.Policy.ApplyToNewInteractions, details.Policy.NotifySessions, details.Policy.ForceUpdateSessions),
                details.Degraded),
        };
    }
}

internal sealed record UpdatedParts(
    [property: JsonPropertyName("fields")] ImmutableArray<string> Fields,
    [property: JsonPropertyName("tools_added")] ImmutableArray<string> ToolsAdded,
    [property: JsonPropertyName("tools_removed")] ImmutableArray<string> ToolsRemoved);

internal sealed record PolicyMessage(
    [property: JsonPropertyName("apply_to_new_interactions")] bool ApplyToNewInteractions,
    [property: JsonPropertyName("notify_sessions")] bool NotifySessions,
    [property: JsonPropertyName("force_update_sessions")] bool ForceUpdateSessions);
