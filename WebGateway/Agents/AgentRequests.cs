using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The content of an agent. Passed on as it is: what is valid is decided in the silo, for every client alike.</summary>
internal sealed record ContentBody(JsonText Content) : IBody<ContentBody>
{
    public static BodyMetadata Description { get; } =
        new(RequestBody.Json, IsRequired: true, ContractSchema.AgentContent, nameof(AgentContent));

    public static Outcome<ContentBody> Read(JsonText text) => Outcome.Ok(new ContentBody(text));
}

/// <summary>A JSON merge patch (RFC 7396) of an agent's content.</summary>
internal sealed record PatchBody(JsonText Patch) : IBody<PatchBody>
{
    public static BodyMetadata Description { get; } = new(RequestBody.MergePatch, IsRequired: true, new JsonObject { ["type"] = "object" });

    public static Outcome<PatchBody> Read(JsonText text) => Outcome.Ok(new PatchBody(text));
}

/// <summary>An agent as a file has it.</summary>
internal sealed record ApplyRequest : IBody<ApplyRequest>
{
    [Description("Whose files these are; what it applied last is the base that file and agent are compared by.")]
    [RegularExpression(AgentBounds.ManagerPattern)]
    public required string Manager { get; init; }

    [Description("The whole content, as replaceAgent takes it."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public required JsonText Content { get; init; }

    [Description("file or live, by the label of a conflict: which side holds."), EachItem(OneOf = [File, Live])]
    public ImmutableDictionary<string, string>? Decisions { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public const string File = "file";
    public const string Live = "live";
}

/// <summary>Why the status changes.</summary>
internal sealed record StatusChangeRequest : IBody<StatusChangeRequest>
{
    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Reason { get; init; }

    [Description("The same, as every write has it; where both are there, this one is kept."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public static bool IsRequired => false;
}

/// <summary>Why something is written that needs no further word.</summary>
internal sealed record NoteRequest : IBody<NoteRequest>
{
    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public static bool IsRequired => false;
}

/// <summary>Which version to go back to.</summary>
internal sealed record RollbackRequest : IBody<RollbackRequest>
{
    [Description("The version whose content becomes the newest."), Range(1, int.MaxValue)]
    public required int ToVersion { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }
}

/// <summary>The new agent that a clone makes.</summary>
internal sealed record CloneRequest : IBody<CloneRequest>
{
    [Description("What people call it."), Length(1, AgentBounds.MaxNameCharacters), NotBlank]
    public required string Name { get; init; }

    [Description("A slug chosen by the client; made by the server when absent."), RegularExpression(AgentBounds.IdPattern)]
    public string? Id { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }
}

/// <summary>Bounds that the small bodies share.</summary>
internal static class AgentBounds
{
    public const int MaxNoteCharacters = 500;
    public const int MaxNameCharacters = 200;
    public const string ManagerPattern = "^[a-z0-9][a-z0-9._-]{0,62}$";
    public const string IdPattern = "^[a-z0-9][a-z0-9_-]{0,62}$";
}
