using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>A tool: one of the registry, named by its id, or a custom one with an input schema of its own.</summary>
public sealed record ToolReference
{
    [Description("The tool's id, unique within the agent.")]
    [Length(1, 128), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]
    public required string Id { get; init; }

    [MaxLength(64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9.+-]*$")]
    public string? Version { get; init; }

    [MaxLength(200)]
    public string? Name { get; init; }

    [MaxLength(4_000)]
    public string? Description { get; init; }

    public bool? Enabled { get; init; }

    [Description("Whether the agent cannot work without it.")]
    public bool? Required { get; init; }

    [Description("Settings for the tool; a free object.")]
    [FreeObject(MaxBytes = 64 * 1024)]
    public JsonElement? Config { get; init; }

    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 128, Unique = true)]
    public IReadOnlyList<string>? Permissions { get; init; }

    [Description("When a person must approve a call.")]
    [AllowedValues("never", "first_use", "always")]
    public string? Approval { get; init; }

    [Range(1, 3_600)]
    public int? TimeoutSeconds { get; init; }

    [Description("JSON Schema of the arguments; makes this a custom tool.")]
    [FreeObject(MaxBytes = 64 * 1024)]
    public JsonElement? InputSchema { get; init; }
}

/// <summary>A Model Context Protocol server whose tools the agent may use.</summary>
public sealed record McpServer
{
    [Description("Unique within the agent.")]
    [Length(1, 128), NotBlank]
    public required string Name { get; init; }

    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public required string Url { get; init; }

    public SecretReference? Auth { get; init; }

    [MaxLength(200), EachItem(MinLength = 1, MaxLength = 128, Unique = true)]
    public IReadOnlyList<string>? AllowedTools { get; init; }
}

/// <summary>Where the credentials are kept; never the credentials.</summary>
public sealed record SecretReference
{
    [Description("The secret's address in the tenant's vault: secret://name or secret://path/name.")]
    [Length(1, 512), RegularExpression("^secret://[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    public required string SecretRef { get; init; }
}
