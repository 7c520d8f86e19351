using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>The language model that the agent runs on.</summary>
public sealed record ModelSection
{
    [Description("True for the tenant's default model, in place of provider and id.")]
    public bool? Inherit { get; init; }

    [Description("Who serves the model: openai, anthropic … Compared without regard to case, and by its aliases.")]
    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    public string? Provider { get; init; }

    [Description("The provider's name of the model.")]
    [Length(1, 200), NotBlank]
    public string? Id { get; init; }

    public ModelParameters? Params { get; init; }

    public ModelEndpoint? Endpoint { get; init; }

    [Description("Tokens that the model takes in at most.")]
    [Range(1, 100_000_000)]
    public int? ContextWindow { get; init; }

    [Description("Models to try, in this order, when the first cannot be reached.")]
    [MaxLength(8)]
    public IReadOnlyList<FallbackModel>? Fallbacks { get; init; }
}

/// <summary>A model to fall back to.</summary>
public sealed record FallbackModel
{
    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    public required string Provider { get; init; }

    [Length(1, 200), NotBlank]
    public required string Id { get; init; }

    public ModelParameters? Params { get; init; }

    public ModelEndpoint? Endpoint { get; init; }
}

/// <summary>How a model is reached that is not at its provider's usual address.</summary>
public sealed record ModelEndpoint
{
    [Length(1, 2_048), RegularExpression("^https?://\\S+$")]
    public string? BaseUrl { get; init; }

    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? Region { get; init; }

    [Description("The name under which the provider has the model for this customer.")]
    [Length(1, 200), NotBlank]
    public string? Deployment { get; init; }

    [Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    public string? ApiVersion { get; init; }

    public SecretReference? Auth { get; init; }
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

    [AllowedValues("none", "minimal", "low", "medium", "high", "xhigh", "max")]
    public string? ReasoningEffort { get; init; }

    [Description("Tokens that the model may think with; 0 for none.")]
    [Range(0, 10_000_000)]
    public int? ReasoningBudgetTokens { get; init; }

    [AllowedValues("low", "medium", "high")]
    public string? Verbosity { get; init; }

    public bool? ParallelToolCalls { get; init; }

    public bool? Stream { get; init; }

    [Description("What only the provider knows; a free object.")]
    [FreeObject(MaxBytes = 16 * 1024)]
    public JsonElement? ProviderOptions { get; init; }
}
