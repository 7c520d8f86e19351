using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using AgentManagement.Agents;

namespace AgentManagement.Configuration;

/// <summary>
/// The part of an agent that its editors write: the body of POST and PUT. Its JSON Schema, made by
/// the contract schema from these types, is what the service enforces, field by field.
/// </summary>
public sealed record AgentContent
{
    [Description("A slug chosen by the client; made by the server when absent. Only for a new agent.")]
    [RegularExpression("^[a-z0-9][a-z0-9_-]{0,62}$")]
    public string? Id { get; init; }

    [Description("What people call the agent.")]
    [Length(1, 200), NotBlank]
    public required string Name { get; init; }

    [MaxLength(4_000)]
    public string? Description { get; init; }

    [AllowedValues(AgentType.Conversational, AgentType.Rag, AgentType.Workflow)]
    public required string Type { get; init; }

    public required AgentConfig Config { get; init; }

    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 64, Unique = true)]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("An emoji, or the address of a picture.")]
    [Length(1, 2_048), NotBlank]
    public string? Icon { get; init; }

    [Description("Under what people look for it.")]
    [Length(1, 64), NotBlank]
    public string? Category { get; init; }

    [Description("Who made it, in words.")]
    [Length(1, 200), NotBlank]
    public string? Author { get; init; }

    [Description("Under which licence it may be used: an SPDX identifier, or words.")]
    [Length(1, 200), NotBlank]
    public string? Licence { get; init; }

    [Description("Where to read more.")]
    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public string? Homepage { get; init; }

    [Description("A free object; kept as it is.")]
    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Metadata { get; init; }

    [Description("Why this is written: kept with the version, and shown in the history. No part of what is read.")]
    [MaxLength(500)]
    public string? Note { get; init; }
}
