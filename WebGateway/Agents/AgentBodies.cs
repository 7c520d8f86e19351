using System.ComponentModel.DataAnnotations;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The content of an agent. Passed on as it is: what is valid is decided in the silo, for every client alike.</summary>
internal sealed record ContentBody(JsonText Content) : IBody<ContentBody>
{
    public static ContentBody Read(BodyReader reader) => new(reader.Whole());
}

/// <summary>A JSON merge patch (RFC 7396) of an agent's content.</summary>
internal sealed record PatchBody(JsonText Patch) : IBody<PatchBody>
{
    public static string MediaType => RequestBody.MergePatch;

    public static PatchBody Read(BodyReader reader) => new(reader.Whole());
}

/// <summary>Why the status changes.</summary>
/// <param name="Reason">Kept in the history.</param>
internal sealed record ReasonBody([property: MaxLength(AgentBodies.MostNoteCharacters)] string? Reason = null) : IBody<ReasonBody>
{
    public static bool IsRequired => false;

    public static ReasonBody Read(BodyReader reader) => new(reader.OptionalText("reason", AgentBodies.MostNoteCharacters));
}

/// <summary>Which version to go back to.</summary>
/// <param name="ToVersion">The version whose content becomes the newest.</param>
/// <param name="Note">Kept in the history.</param>
internal sealed record RollbackBody(
    [property: Range(1, int.MaxValue)] int ToVersion,
    [property: MaxLength(AgentBodies.MostNoteCharacters)] string? Note = null) : IBody<RollbackBody>
{
    public static RollbackBody Read(BodyReader reader) =>
        new(reader.RequiredNumber("toVersion"), reader.OptionalText("note", AgentBodies.MostNoteCharacters));
}

/// <summary>The new agent that a clone makes.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Id">A slug chosen by the client; made by the server when absent.</param>
internal sealed record CloneBody(
    [property: Length(1, AgentBodies.MostNameCharacters)] string Name,
    [property: RegularExpression(AgentBodies.IdPattern)] string? Id = null) : IBody<CloneBody>
{
    public static CloneBody Read(BodyReader reader) => new(
        reader.RequiredText("name", AgentBodies.MostNameCharacters, AgentBodies.NotBlank),
        reader.OptionalText("id", AgentBodies.MostIdCharacters, AgentBodies.Id));
}

/// <summary>Bounds that the small bodies share.</summary>
internal static class AgentBodies
{
    public const int MostNoteCharacters = 500;
    public const int MostNameCharacters = 200;
    public const int MostIdCharacters = 63;
    public const string IdPattern = "^[a-z0-9][a-z0-9-]{0,62}$";

    public static TextRule Id { get; } = new(GrainKeys.IsAgentId, $"Must match {IdPattern}.");

    public static TextRule NotBlank { get; } = new(text => !string.IsNullOrWhiteSpace(text), "Must not be blank.");
}
