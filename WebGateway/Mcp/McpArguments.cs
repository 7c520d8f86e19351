using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>Of tools that take nothing.</summary>
internal sealed record NoArguments : IBody<NoArguments>;

/// <summary>What all lists take.</summary>
internal abstract record PageArguments
{
    public const int DefaultLimit = 50;

    [Description("Most items of the page; 50 when absent."), Range(1, 200)]
    public int? Limit { get; init; }

    [Description("The nextCursor of the page before."), Length(1, 4_096)]
    public string? Cursor { get; init; }
}

/// <summary>Which agents to list.</summary>
internal sealed record ListAgentsArguments : PageArguments, IBody<ListAgentsArguments>
{
    [Description("Text that name, description or a tag must contain, in any case."), Length(1, 200)]
    public string? Q { get; init; }

    [Description("Agents of this status; without it, all but the archived.")]
    [AllowedValues(AgentStatus.Draft, AgentStatus.Active, AgentStatus.Inactive, AgentStatus.Archived)]
    public string? Status { get; init; }

    [AllowedValues(AgentType.Conversational, AgentType.Rag, AgentType.Workflow)]
    public string? Type { get; init; }

    [Description("Tags that an agent must all have, in any case."), MaxLength(50), EachItem(MinLength = 1, MaxLength = 64)]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("Agents that were made from this template."), Length(1, 63)]
    public string? Template { get; init; }

    [Description("Agents whose template has a newer version than they were made from, or with false all others.")]
    public bool? Behind { get; init; }

    public AgentQuery ToQuery() => new()
    {
        Text = Q, Status = Status, Type = Type, Tags = Tags is { } tags ? [.. tags] : [], TemplateId = Template, Behind = Behind,
        Limit = Limit ?? DefaultLimit, Cursor = Cursor,
    };
}

/// <summary>Which agent to read.</summary>
internal sealed record GetAgentArguments : IBody<GetAgentArguments>
{
    [Description("The agent's id."), RegularExpression(AgentBounds.IdPattern)]
    public required string Id { get; init; }

    [Description("A version; the current one when absent."), Range(1, int.MaxValue)]
    public int? Version { get; init; }
}

/// <summary>Whose history to read.</summary>
internal sealed record ListVersionsArguments : PageArguments, IBody<ListVersionsArguments>
{
    [Description("The agent's id."), RegularExpression(AgentBounds.IdPattern)]
    public required string Id { get; init; }
}

/// <summary>Which versions to compare.</summary>
internal sealed record CompareVersionsArguments : IBody<CompareVersionsArguments>
{
    [Description("The agent's id."), RegularExpression(AgentBounds.IdPattern)]
    public required string Id { get; init; }

    [Description("The older version."), Range(1, int.MaxValue)]
    public required int From { get; init; }

    [Description("The newer version."), Range(1, int.MaxValue)]
    public required int To { get; init; }
}

/// <summary>What to validate.</summary>
internal sealed record ValidateArguments : IBody<ValidateArguments>
{
    [Description("The content as in create_agent."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public required JsonText? Content { get; init; }
}

/// <summary>Which template to read.</summary>
internal sealed record GetTemplateArguments : IBody<GetTemplateArguments>
{
    [Description("The template's id; one with '_' is the system's."), RegularExpression(AgentBounds.IdPattern)]
    public required string Template { get; init; }
}

/// <summary>Which changes to list.</summary>
internal sealed record ListChangesArguments : PageArguments, IBody<ListChangesArguments>
{
    [Description("Changes of this agent."), Length(1, 256)]
    public string? AgentId { get; init; }

    [Description("Changes by this user or service."), Length(1, 256)]
    public string? Actor { get; init; }

    [Description("Changes of this kind, such as agent_updated."), Length(1, 64)]
    public string? Kind { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body)
    {
        if (body.Text("kind") is { } kind && !ChangeKind.All.Contains(kind))
        {
            yield return Issue.Error("not_allowed", "/kind", $"Must be one of {string.Join(", ", ChangeKind.All)}.");
        }
    }

    public ChangeQuery ToQuery() => new() { AgentId = AgentId, Actor = Actor, Kind = Kind, Limit = Limit ?? DefaultLimit, Cursor = Cursor };
}

/// <summary>What all writes take.</summary>
internal abstract record WriteArguments
{
    [Description("true, as when absent: tells what the write would do, and changes nothing. false: writes.")]
    public bool DryRun { get; init; } = true;

    [Description("Why; kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public WriteOptions Options(int? expectedVersion = null) => new()
    {
        DryRun = DryRun, Note = Note, IsOfClient = true, IfMatch = expectedVersion is { } version ? [version] : null,
    };
}

/// <summary>What writes of an agent that is there take.</summary>
internal abstract record AgentWriteArguments : WriteArguments
{
    [Description("The agent's id."), RegularExpression(AgentBounds.IdPattern)]
    public required string Id { get; init; }

    [Description("The version that was read and is changed; required with dryRun false."), Range(1, int.MaxValue)]
    public int? ExpectedVersion { get; init; }

    /// <summary>A write of what is there says which version of it.</summary>
    protected static IEnumerable<Issue> CheckVersion(JsonElement body)
    {
        if (body.Member("dryRun") is { ValueKind: JsonValueKind.False }
            && body.Member("expectedVersion") is not { ValueKind: JsonValueKind.Number })
        {
            yield return Issue.Error("required", "/expectedVersion", "Say which version you change, as it was read.");
        }
    }
}

/// <summary>A new agent.</summary>
internal sealed record CreateAgentArguments : WriteArguments, IBody<CreateAgentArguments>
{
    [Description("name, type (conversational, rag or workflow), config, and id, description, tags, metadata where wanted. Its schema: the "
        + "resource schema://agent-content.")]
    [FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public required JsonText? Content { get; init; }
}

/// <summary>The new content of an agent.</summary>
internal sealed record ReplaceAgentArguments : AgentWriteArguments, IBody<ReplaceAgentArguments>
{
    [Description("The whole content, as create_agent takes it; what get_agent answered may be sent back edited.")]
    [FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public required JsonText? Content { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body) => CheckVersion(body);
}

/// <summary>A patch of an agent.</summary>
internal sealed record PatchAgentArguments : AgentWriteArguments, IBody<PatchAgentArguments>
{
    [Description("A JSON merge patch (RFC 7396) of the content; null removes. Lists are replaced whole.")]
    [FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public required JsonText? Patch { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body) => CheckVersion(body);
}

/// <summary>A change of an agent's status.</summary>
internal sealed record ChangeStatusArguments : AgentWriteArguments, IBody<ChangeStatusArguments>
{
    public static IEnumerable<Issue> Check(JsonElement body) => CheckVersion(body);
}

/// <summary>Where to go back to.</summary>
internal sealed record RollBackArguments : AgentWriteArguments, IBody<RollBackArguments>
{
    [Description("The version whose content becomes the newest."), Range(1, int.MaxValue)]
    public required int ToVersion { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body) => CheckVersion(body);
}

/// <summary>A new agent of a template.</summary>
internal sealed record InstantiateArguments : WriteArguments, IBody<InstantiateArguments>
{
    [Description("The template's id."), RegularExpression(AgentBounds.IdPattern)]
    public required string Template { get; init; }

    [Description("What people call the new agent."), Length(1, AgentBounds.MaxNameCharacters), NotBlank]
    public required string Name { get; init; }

    [Description("A slug; made by the service when absent."), RegularExpression(AgentBounds.IdPattern)]
    public string? Id { get; init; }

    [Description("Values of the template's variables."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public JsonText? Variables { get; init; }
}
