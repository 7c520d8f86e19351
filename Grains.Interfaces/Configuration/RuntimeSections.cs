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

/// <summary>Another agent that may take over, or be asked: one of the tenant, or one elsewhere.</summary>
public sealed record Handoff
{
    [Description("An agent of the tenant.")]
    [RegularExpression("^[a-z0-9][a-z0-9_-]{0,62}$")]
    public string? AgentId { get; init; }

    [Description("An agent elsewhere, in place of agentId.")]
    public ExternalAgent? External { get; init; }

    [Description("transfer: the other one goes on with the conversation; delegate: it answers, and this one goes on.")]
    [AllowedValues("transfer", "delegate")]
    public string? Mode { get; init; }

    [Description("What the other one is told.")]
    [MaxLength(8_000)]
    public string? Prompt { get; init; }

    [Description("What people see to choose it by.")]
    [MaxLength(200)]
    public string? Title { get; init; }

    [Description("Whether the other one sees the conversation so far.")]
    public bool? ShareHistory { get; init; }

    [Description("A fixed version; the live one when neither version nor label is given.")]
    [Range(1, int.MaxValue)]
    public int? Version { get; init; }

    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? Label { get; init; }

    [Description("In words, when to hand over.")]
    [MaxLength(4_000)]
    public string? When { get; init; }
}

/// <summary>An agent that another system runs.</summary>
public sealed record ExternalAgent
{
    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public required string Url { get; init; }

    [AllowedValues("a2a")]
    public required string Protocol { get; init; }
}

/// <summary>What a person may begin with.</summary>
public sealed record Starter
{
    [MaxLength(200)]
    public string? Title { get; init; }

    [Description("What is said to the agent.")]
    [Length(1, 4_000), NotBlank]
    public required string Text { get; init; }

    [MaxLength(1_000)]
    public string? Description { get; init; }
}

/// <summary>What is asked and how it is to be answered, for the model to learn from.</summary>
public sealed record Example
{
    [Length(1, 16_000)]
    public required string Input { get; init; }

    [Length(1, 16_000)]
    public required string Output { get; init; }
}

/// <summary>What the agent can do beside talking, where the runtime has it.</summary>
public sealed record CapabilitiesSection
{
    public bool? Vision { get; init; }

    public bool? FileUpload { get; init; }

    public bool? WebSearch { get; init; }

    public bool? CodeInterpreter { get; init; }

    public bool? ImageGeneration { get; init; }
}

/// <summary>How the agent sounds.</summary>
public sealed record VoiceSection
{
    [Length(1, 64), NotBlank]
    public required string Provider { get; init; }

    [Length(1, 200), NotBlank]
    public required string VoiceId { get; init; }

    [Description("1 is the voice's own speed.")]
    [Range(0.25, 4.0)]
    public double? Speed { get; init; }

    [Description("A BCP 47 tag.")]
    [MaxLength(35), RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    public string? Language { get; init; }
}

/// <summary>How the agent listens, and when it stops.</summary>
public sealed record SpeechSection
{
    [Description("Who turns speech into text, as provider or provider/model.")]
    [Length(1, 200), NotBlank]
    public string? Recognition { get; init; }

    [AllowedValues("silence", "semantic", "push_to_talk")]
    public string? TurnTaking { get; init; }

    [Description("How long a person is silent until it is the agent's turn.")]
    [Range(0.0, 60.0)]
    public double? SilenceSeconds { get; init; }

    [Description("What ends the conversation when it is said.")]
    [MaxLength(20), EachItem(MinLength = 1, MaxLength = 200, Unique = true)]
    public IReadOnlyList<string>? EndPhrases { get; init; }

    [Description("Where a call is passed on to: a number or an address.")]
    [Length(1, 256), NotBlank]
    public string? TransferTo { get; init; }
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
