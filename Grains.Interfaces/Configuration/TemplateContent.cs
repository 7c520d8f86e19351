using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.Agents;

namespace AgentManagement.Configuration;

/// <summary>The part of a template that its editors write. What it makes must be valid content of an agent.</summary>
public sealed record TemplateContent
{
    [Description("A slug chosen by the client; made by the server when absent. Only for a new template.")]
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public string? Id { get; init; }

    [Description("What people call the template.")]
    [Length(1, 200), NotBlank]
    public required string Name { get; init; }

    [Description("What its agents are for; also their description.")]
    [MaxLength(4_000)]
    public string? Description { get; init; }

    [AllowedValues(AgentType.Conversational, AgentType.Rag, AgentType.Workflow)]
    public required string Type { get; init; }

    [Description("What has to be, or may be, given to make an agent, by name.")]
    [MaxLength(100), EachItem(NamePattern = VariableDeclaration.NamePattern)]
    public IReadOnlyDictionary<string, VariableDeclaration>? Variables { get; init; }

    [Description(
        "The configuration of the agents. {{name}} in a text stands for a variable; a text that is nothing but one becomes its value, a "
        + "number too.")]
    [FreeObject(MaxBytes = 768 * 1024)]
    public required JsonElement Config { get; init; }

    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 64, Unique = true)]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("A free object of the template's own; its agents do not have it.")]
    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Metadata { get; init; }

    [Description("Why this is written: kept with the version, and shown in the history. No part of what is read.")]
    [MaxLength(500)]
    public string? Note { get; init; }
}

/// <summary>What is to differ from a template in one agent, and goes on differing when the agent is upgraded.</summary>
public sealed record Customizations
{
    [Description("Put behind the template's instructions, after an empty line.")]
    [MaxLength(256_000)]
    public string? InstructionSuffix { get; init; }

    [Description("By tool id, a JSON merge patch of the template's tool; null removes it.")]
    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Tools { get; init; }
}
