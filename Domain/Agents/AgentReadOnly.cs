using AgentManagement.Domain.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>What the answer with an agent has beside its content.</summary>
public static class AgentReadOnly
{
    /// <summary>The last three are of the answer alone, and say nothing of the agent.</summary>
    public static ReadOnlyMembers Members { get; } = new(
        "status", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "activatedAt", "archivedAt", "clonedFrom", "degraded",
        "templateId", "templateVersion", "templateVariables", "templateCustomizations", "manager", "merged", "warnings", "change");

    /// <summary>What they are; nothing for no agent.</summary>
    public static Dictionary<string, object?> Of(AgentDocument? agent) => agent is null ? [] : new(StringComparer.Ordinal)
    {
        ["status"] = agent.Status, ["version"] = agent.Version, ["createdAt"] = agent.CreatedAt, ["createdBy"] = agent.CreatedBy,
        ["updatedAt"] = agent.UpdatedAt, ["updatedBy"] = agent.UpdatedBy, ["activatedAt"] = agent.ActivatedAt,
        ["archivedAt"] = agent.ArchivedAt, ["clonedFrom"] = agent.ClonedFrom, ["degraded"] = agent.Degraded,
        ["templateId"] = agent.Derivation?.TemplateId, ["templateVersion"] = agent.Derivation?.Version,
        ["templateVariables"] = agent.Derivation?.Variables, ["templateCustomizations"] = agent.Derivation?.Customizations,
        ["manager"] = agent.Manager,
    };
}
