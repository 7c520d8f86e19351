using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>What the agent is told to do.</summary>
public sealed record InstructionsSection
{
    [Description("The system prompt; {{name}} stands for a variable. The tier limits its length further.")]
    [MaxLength(100_000)]
    public required string Template { get; init; }

    [Description("The variables of the template, by name.")]
    [MaxLength(100), EachItem(NamePattern = "^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    public IReadOnlyDictionary<string, VariableDeclaration>? Variables { get; init; }

    [Description("What the agent says first.")]
    [MaxLength(8_000)]
    public string? FirstMessage { get; init; }

    [Description("The language to answer in, as a BCP 47 tag.")]
    [MaxLength(35), RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    public string? Language { get; init; }
}

/// <summary>A variable of an instruction template.</summary>
public sealed record VariableDeclaration
{
    [AllowedValues("string", "number", "boolean")]
    public required string Type { get; init; }

    [MaxLength(1_000)]
    public string? Description { get; init; }

    [Description("A value of the declared type.")]
    [FreeValue(MaxBytes = 8_000)]
    public JsonElement? Default { get; init; }

    public bool? Required { get; init; }

    /// <summary>Whether a value is of the declared type.</summary>
    public bool Accepts(JsonElement value) => Type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
    };
}
