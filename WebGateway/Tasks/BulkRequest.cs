using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>What to do, and with which agents.</summary>
internal sealed record BulkRequest : IBody<BulkRequest>
{
    public const string Patching = "patch";
    public const string Activate = "activate";
    public const string Deactivate = "deactivate";
    public const string Archive = "archive";
    public const string Restore = "restore";

    [Description("What to do with each agent.")]
    [AllowedValues(Patching, Activate, Deactivate, Archive, Restore)]
    public required string Action { get; init; }

    [Description("The agents; or else a filter finds them.")]
    [Length(1, BulkCommand.MaxAgents), EachItem(Pattern = AgentBounds.IdPattern)]
    public IReadOnlyList<string>? Ids { get; init; }

    [Description("Which agents, as the list of agents has them; at most 1,000 may match.")]
    public BulkFilter? Filter { get; init; }

    [Description("With the action patch, a JSON merge patch (RFC 7396) of the content.")]
    [FreeObject(MaxBytes = PatchAgents.MaxPatchBytes)]
    public JsonText? Patch { get; init; }

    [Description("Kept in the history of each."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body)
    {
        if (body.Member("ids") is { ValueKind: not JsonValueKind.Null } == body.Member("filter") is { ValueKind: not JsonValueKind.Null })
        {
            yield return Issue.Error("required", "/ids", "Must have ids or a filter, one of both.");
        }
        if (body.Text("action") == Patching != body.Member("patch") is { ValueKind: not JsonValueKind.Null })
        {
            yield return Issue.Error("required", "/patch", "Must be there with the action patch, and only then.");
        }
    }
}

/// <summary>Which agents. What is left out matches all.</summary>
internal sealed record BulkFilter
{
    [Description("Agents of this status; without it, all but the archived.")]
    [AllowedValues(AgentStatus.Draft, AgentStatus.Active, AgentStatus.Inactive, AgentStatus.Archived)]
    public string? Status { get; init; }

    [AllowedValues(AgentType.Conversational, AgentType.Rag, AgentType.Workflow)]
    public string? Type { get; init; }

    [Description("Tags that an agent must all have, in any case.")]
    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 64)]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("Text that name, description or a tag must contain, in any case."), Length(1, 200)]
    public string? Q { get; init; }

    [Description("Agents that were made from this template."), Length(1, 63)]
    public string? Template { get; init; }

    [Description("Agents whose template has a newer version than they were made from, or with false all others.")]
    public bool? Behind { get; init; }

    [Description("Agents that use tools that do not work any more, or with false those that do not.")]
    public bool? Degraded { get; init; }

    public AgentQuery ToQuery() => new()
    {
        Status = Status, Type = Type, Tags = Tags is { } tags ? [.. tags] : [], Text = Q, TemplateId = Template, Behind = Behind,
        Degraded = Degraded,
    };
}
