using System.ComponentModel.DataAnnotations;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Templates;

/// <summary>The agent that a template is to make.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Id">A slug chosen by the client; made by the server when absent.</param>
/// <param name="Variables">Values of the template's variables.</param>
/// <param name="Customizations">What is to differ: instructionSuffix, and tools by id, each a merge patch or null.</param>
internal sealed record InstantiateBody(
    [property: Length(1, AgentBodies.MostNameCharacters)] string Name, [property: RegularExpression(AgentBodies.IdPattern)] string? Id,
    JsonText Variables, JsonText Customizations) : IBody<InstantiateBody>
{
    public static InstantiateBody Read(BodyReader reader) => new(
        reader.RequiredText("name", AgentBodies.MostNameCharacters, AgentBodies.NotBlank),
        reader.OptionalText("id", AgentBodies.MostIdCharacters, AgentBodies.Id),
        reader.OptionalObject("variables"), reader.OptionalObject("customizations"));
}

/// <summary>How to upgrade an agent.</summary>
/// <param name="ToVersion">The template's version; the newest when absent.</param>
/// <param name="Variables">Values that are to differ from those that the agent was made with.</param>
/// <param name="OnConflict">refuse, which answers 409 with all conflicts, mine or theirs.</param>
/// <param name="Decisions">mine or theirs, by the label of a conflict.</param>
/// <param name="Note">Kept in the history.</param>
internal sealed record UpgradeBody(
    [property: Range(1, int.MaxValue)] int? ToVersion, JsonText Variables, ConflictChoice OnConflict,
    ImmutableDictionary<string, ConflictChoice> Decisions, [property: MaxLength(AgentBodies.MostNoteCharacters)] string? Note) : IBody<UpgradeBody>
{
    public static bool IsRequired => false;

    public static UpgradeBody Read(BodyReader reader) => new(
        reader.OptionalNumber("toVersion"), reader.OptionalObject("variables"), ConflictChoices.Read(reader),
        reader.OptionalChoices("decisions", ConflictChoices.Sides), reader.OptionalText("note", AgentBodies.MostNoteCharacters));
}

/// <summary>How to upgrade all agents of a template.</summary>
/// <param name="ToVersion">The template's version; the newest when absent.</param>
/// <param name="OnConflict">refuse, which leaves the agent as it is and reports it, mine or theirs.</param>
/// <param name="MostFailures">After a wave in which more agents than this were refused, the rest is left alone; 0 by default.</param>
internal sealed record UpgradeAllBody([property: Range(1, int.MaxValue)] int? ToVersion, ConflictChoice OnConflict, int MostFailures) : IBody<UpgradeAllBody>
{
    public static bool IsRequired => false;

    public static UpgradeAllBody Read(BodyReader reader) =>
        new(reader.OptionalNumber("toVersion"), ConflictChoices.Read(reader), reader.OptionalNumber("mostFailures", least: 0) ?? 0);
}

/// <summary>What to do with conflicts, as clients name it.</summary>
internal static class ConflictChoices
{
    public static ImmutableDictionary<string, ConflictChoice> Sides { get; } = new Dictionary<string, ConflictChoice>
    {
        ["mine"] = ConflictChoice.Mine, ["theirs"] = ConflictChoice.Theirs,
    }.ToImmutableDictionary();

    public static ConflictChoice Read(BodyReader reader)
    {
        var text = reader.OptionalText("onConflict", 16, new(
            choice => choice == "refuse" || Sides.ContainsKey(choice), "Must be one of: refuse, mine, theirs."));
        return text is not null && Sides.TryGetValue(text, out var side) ? side : ConflictChoice.Refuse;
    }
}
