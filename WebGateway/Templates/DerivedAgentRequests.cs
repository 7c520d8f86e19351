using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Agents;
using AgentManagement.Configuration;
using AgentManagement.Json;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Templates;

/// <summary>The agent that a template is to make.</summary>
internal sealed record InstantiateRequest : IBody<InstantiateRequest>
{
    [Description("What people call it."), Length(1, AgentBounds.MaxNameCharacters), NotBlank]
    public required string Name { get; init; }

    [Description("A slug chosen by the client; made by the server when absent."), RegularExpression(AgentBounds.IdPattern)]
    public string? Id { get; init; }

    [Description("Values of the template's variables."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public JsonText? Variables { get; init; }

    [Description("What is to differ: instructionSuffix, and tools by id, each a merge patch or null."),
        FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public JsonText? Customizations { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }
}

/// <summary>How to upgrade an agent.</summary>
internal sealed record UpgradeRequest : IBody<UpgradeRequest>
{
    [Description("The template's version; the newest when absent."), Range(1, int.MaxValue)]
    public int? ToVersion { get; init; }

    [Description("Values that are to differ from those that the agent was made with."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public JsonText? Variables { get; init; }

    [Description("refuse, which answers 409 with all conflicts, mine or theirs.")]
    [AllowedValues(ConflictChoices.Refuse, ConflictChoices.Mine, ConflictChoices.Theirs)]
    public string? OnConflict { get; init; }

    [Description("mine or theirs, by the label of a conflict."), EachItem(OneOf = [ConflictChoices.Mine, ConflictChoices.Theirs])]
    public ImmutableDictionary<string, string>? Decisions { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public static bool IsRequired => false;
}

/// <summary>How to upgrade all agents of a template.</summary>
internal sealed record UpgradeAllRequest : IBody<UpgradeAllRequest>
{
    [Description("The template's version; the newest when absent."), Range(1, int.MaxValue)]
    public int? ToVersion { get; init; }

    [Description("refuse, which leaves the agent as it is and reports it, mine or theirs.")]
    [AllowedValues(ConflictChoices.Refuse, ConflictChoices.Mine, ConflictChoices.Theirs)]
    public string? OnConflict { get; init; }

    [Description("After a wave in which more agents than this were refused, the rest is left alone; 0 by default."), Range(0, int.MaxValue)]
    public int? MaxFailures { get; init; }

    public static bool IsRequired => false;
}

/// <summary>What to do with conflicts, as clients name it.</summary>
internal static class ConflictChoices
{
    public const string Refuse = "refuse";
    public const string Mine = "mine";
    public const string Theirs = "theirs";

    /// <summary>The choice of a name; to refuse when there is none.</summary>
    public static ConflictChoice Of(string? name) => name switch
    {
        Mine => ConflictChoice.Mine,
        Theirs => ConflictChoice.Theirs,
        _ => ConflictChoice.Refuse,
    };
}
