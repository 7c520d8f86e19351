using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace AgentManagement.Configuration;

/// <summary>The language model that the agent runs on.</summary>
public sealed record ModelSection
{
    [Description("Who serves the model, in lower case: openai, anthropic …")]
    [Length(1, 64), RegularExpression("^[a-z0-9][a-z0-9._-]*$")]
    public required string Provider { get; init; }

    [Description("The provider's name of the model.")]
    [Length(1, 200), NotBlank]
    public required string Id { get; init; }

    public ModelParameters? Params { get; init; }

    [Description("Models to try, in this order, when the first cannot be reached.")]
    [MaxLength(8)]
    public IReadOnlyList<FallbackModel>? Fallbacks { get; init; }
}

/// <summary>A model to fall back to.</summary>
public sealed record FallbackModel
{
    [Length(1, 64), RegularExpression("^[a-z0-9][a-z0-9._-]*$")]
    public required string Provider { get; init; }

    [Length(1, 200), NotBlank]
    public required string Id { get; init; }

    public ModelParameters? Params { get; init; }
}

/// <summary>Sampling parameters. An absent one is the provider's default; 0 is 0.</summary>
public sealed record ModelParameters
{
    [Range(0.0, 2.0)]
    public double? Temperature { get; init; }

    [Range(1, 10_000_000)]
    public int? MaxTokens { get; init; }

    [Range(0.0, 1.0)]
    public double? TopP { get; init; }

    [Range(1, 10_000)]
    public int? TopK { get; init; }

    [Range(-2.0, 2.0)]
    public double? FrequencyPenalty { get; init; }

    [Range(-2.0, 2.0)]
    public double? PresencePenalty { get; init; }

    // As text: the attribute would make a double of a long.
    [Range(typeof(long), "-9007199254740991", "9007199254740991")]
    public long? Seed { get; init; }

    [MaxLength(16), EachItem(MinLength = 1, MaxLength = 256)]
    public IReadOnlyList<string>? Stop { get; init; }

    [AllowedValues("minimal", "low", "medium", "high")]
    public string? ReasoningEffort { get; init; }
}
