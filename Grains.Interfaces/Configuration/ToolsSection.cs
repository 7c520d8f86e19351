using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Configuration;

/// <summary>A tool: one of the registry, named by its id, or a custom one with an input schema of its own.</summary>
public sealed record ToolReference
{
    [Description("The tool's id, unique within the agent; with * at its end a set: all tools whose ids begin so.")]
    [Length(1, 128), RegularExpression("^([A-Za-z0-9][A-Za-z0-9._:/-]*\\*?|\\*)$")]
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

    [Description("How it runs, for a tool that no registry knows.")]
    public ToolInvocation? Invocation { get; init; }

    [Description("The OpenAPI document whose operations are the tools.")]
    [JsonPropertyName("openapi")]
    public OpenApiSource? OpenApi { get; init; }

    [Description("Scopes that its credentials must have.")]
    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 256, Unique = true)]
    public IReadOnlyList<string>? Scopes { get; init; }
}

/// <summary>How a tool runs: one of the three.</summary>
public sealed record ToolInvocation
{
    public HttpInvocation? Http { get; init; }

    public FunctionInvocation? Function { get; init; }

    [Description("An empty object: whoever shows the agent runs the tool.")]
    public ClientInvocation? Client { get; init; }
}

/// <summary>A tool that is an HTTP request.</summary>
public sealed record HttpInvocation
{
    [AllowedValues("GET", "POST", "PUT", "PATCH", "DELETE")]
    public required string Method { get; init; }

    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public required string Url { get; init; }

    [Description("Credentials only as references: secret://name.")]
    [MaxLength(50), EachItem(NamePattern = HttpHeader.NamePattern, MaxLength = 4_096)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public SecretReference? Auth { get; init; }
}

/// <summary>A tool that is a function of the platform.</summary>
public sealed record FunctionInvocation
{
    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? Runtime { get; init; }

    [Description("What names the function there.")]
    [Length(1, 512), NotBlank]
    public required string Ref { get; init; }
}

/// <summary>A tool that whoever shows the agent runs.</summary>
public sealed record ClientInvocation;

/// <summary>An OpenAPI document, by its address or as it is.</summary>
public sealed record OpenApiSource
{
    [Length(1, 2_048), NotBlank]
    public string? Ref { get; init; }

    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Document { get; init; }
}

/// <summary>A header of a request.</summary>
public static class HttpHeader
{
    /// <summary>What its name can be.</summary>
    public const string NamePattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$";
}

/// <summary>A Model Context Protocol server whose tools the agent may use.</summary>
public sealed record McpServer
{
    [Description("Unique within the agent.")]
    [Length(1, 128), NotBlank]
    public required string Name { get; init; }

    [MaxLength(4_000)]
    public string? Description { get; init; }

    public bool? Enabled { get; init; }

    [Description("How to speak with it; http where nothing is said and there is an address.")]
    [AllowedValues("http", "sse", "stdio")]
    public string? Transport { get; init; }

    [Description("Its address. A server has an address, a command or a name in a registry.")]
    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public string? Url { get; init; }

    [Description("Its name in a registry of servers.")]
    [Length(1, 256), NotBlank]
    public string? Registry { get; init; }

    [Description("The program that a runtime starts, for stdio.")]
    [Length(1, 1_024), NotBlank]
    public string? Command { get; init; }

    [MaxLength(100), EachItem(MaxLength = 4_096)]
    public IReadOnlyList<string>? Args { get; init; }

    [Description("Environment variables of the program. Credentials only as references: secret://name.")]
    [MaxLength(100), EachItem(NamePattern = "^[A-Za-z_][A-Za-z0-9_]{0,127}$", MaxLength = 4_096)]
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    [Description("The program's folder.")]
    [Length(1, 1_024)]
    public string? Cwd { get; init; }

    [Description("Credentials only as references: secret://name.")]
    [MaxLength(50), EachItem(NamePattern = HttpHeader.NamePattern, MaxLength = 4_096)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    public SecretReference? Auth { get; init; }

    [Range(1, 3_600)]
    public int? TimeoutSeconds { get; init; }

    [Description("When a person must approve a call.")]
    [AllowedValues("never", "first_use", "always")]
    public string? Approval { get; init; }

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
