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
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
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

    [Description("A free object; kept as it is.")]
    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Metadata { get; init; }
}
