using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>What the agent is told to do.</summary>
public sealed record InstructionsSection
{
    [Description("The system prompt; {{name}} stands for a variable. The tier limits its length further.")]
    [MaxLength(256_000)]
    public required string Template { get; init; }

    [Description("The variables of the template, by name.")]
    [MaxLength(100), EachItem(NamePattern = VariableDeclaration.NamePattern)]
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
    /// <summary>Words with dots between them: <c>customer.name</c>.</summary>
    public const string NamePattern = @"^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,7}$";

    [AllowedValues("string", "number", "boolean", "enum", "file", "list", "object")]
    public required string Type { get; init; }

    [Description("What people call it.")]
    [MaxLength(200)]
    public string? Label { get; init; }

    [MaxLength(1_000)]
    public string? Description { get; init; }

    [Description("A value of the declared type.")]
    [FreeValue(MaxBytes = 8_000)]
    public JsonElement? Default { get; init; }

    public bool? Required { get; init; }

    [Description("The least number, length of a text, or items of a list.")]
    [Range(-1e15, 1e15)]
    public double? Min { get; init; }

    [Description("The greatest number, length of a text, or items of a list.")]
    [Range(-1e15, 1e15)]
    public double? Max { get; init; }

    [Description("The values of an enum.")]
    [MaxLength(200), EachItem(MinLength = 1, MaxLength = 500, Unique = true)]
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Whether a value is of the declared type, within its bounds and among its choices.</summary>
    public bool Accepts(JsonElement value) => Type switch
    {
        "number" => value.ValueKind == JsonValueKind.Number && IsWithin(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "list" => value.ValueKind == JsonValueKind.Array && IsWithin(value.GetArrayLength()),
        "object" => value.ValueKind == JsonValueKind.Object,
        "enum" => value.ValueKind == JsonValueKind.String && Choices?.Contains(value.GetString()) == true,
        "string" => value.ValueKind == JsonValueKind.String && IsWithin(value.GetString()!.EnumerateRunes().Count()),
        // The address of a file.
        _ => value.ValueKind == JsonValueKind.String,
    };

    private bool IsWithin(double figure) => !(figure < Min) && !(figure > Max);
}
