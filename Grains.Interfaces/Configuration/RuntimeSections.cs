using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>What the agent must not do or say.</summary>
public sealed record GuardrailsSection
{
    [MaxLength(200), EachItem(MinLength = 1, MaxLength = 200)]
    public IReadOnlyList<string>? BlockedTopics { get; init; }

    [AllowedValues("off", "low", "medium", "high")]
    public string? Moderation { get; init; }

    [Description("What happens to personal data in answers.")]
    [AllowedValues("allow", "redact", "block")]
    public string? PersonalData { get; init; }

    [Range(1, 10_000_000)]
    public int? MaxInputCharacters { get; init; }

    [MaxLength(100)]
    public IReadOnlyList<GuardrailRule>? Rules { get; init; }
}

/// <summary>A rule for what comes in or goes out.</summary>
public sealed record GuardrailRule
{
    [Description("Unique within the agent.")]
    [Length(1, 128), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public required string Id { get; init; }

    [AllowedValues("input", "output", "both")]
    public required string On { get; init; }

    [AllowedValues("warn", "redact", "block")]
    public required string Action { get; init; }

    [Description("In words, what the rule is about.")]
    [Length(1, 4_000)]
    public required string When { get; init; }
}

/// <summary>How much one run may take.</summary>
public sealed record LimitsSection
{
    [Range(1, 1_000)]
    public int? MaxIterations { get; init; }

    [Range(1, 86_400)]
    public int? TimeoutSeconds { get; init; }

    [Range(1, 100_000)]
    public int? Concurrency { get; init; }

    [Range(1L, 1_000_000_000_000L)]
    public long? TokensPerDay { get; init; }

    public Budget? Budget { get; init; }
}

/// <summary>How much money the agent may spend.</summary>
public sealed record Budget
{
    [Range(0.0, 1_000_000_000.0)]
    public required decimal Amount { get; init; }

    [Description("ISO 4217 code.")]
    [RegularExpression("^[A-Z]{3}$")]
    public required string Currency { get; init; }

    [AllowedValues("day", "week", "month")]
    public required string Period { get; init; }
}

/// <summary>The form of the answer.</summary>
public sealed record OutputSection
{
    [AllowedValues("text", "markdown", "json")]
    public string? Format { get; init; }

    [Description("JSON Schema of the answer; for the format json.")]
    [FreeObject(MaxBytes = 64 * 1024)]
    public JsonElement? Schema { get; init; }
}

/// <summary>Another agent of the tenant that may take over.</summary>
public sealed record Handoff
{
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,62}$")]
    public required string AgentId { get; init; }

    [Description("A fixed version; the live one when neither version nor label is given.")]
    [Range(1, int.MaxValue)]
    public int? Version { get; init; }

    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? Label { get; init; }

    [Description("In words, when to hand over.")]
    [MaxLength(4_000)]
    public string? When { get; init; }
}

/// <summary>A file kept in the blob store, by reference.</summary>
public sealed record Attachment
{
    [Description("The file's address in the blob store: blob://container/name. Files uploaded to this service are blob://files/{id}.")]
    [Length(1, 1_024), RegularExpression("^blob://[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    public required string BlobRef { get; init; }

    [Length(1, 255)]
    public string? Name { get; init; }

    [MaxLength(127), RegularExpression("^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$")]
    public string? MediaType { get; init; }

    [Description("Bytes.")]
    [Range(0L, 1_099_511_627_776L)]
    public long? Size { get; init; }

    [RegularExpression("^[0-9a-f]{64}$")]
    public string? Sha256 { get; init; }
}
