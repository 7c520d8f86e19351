using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace AgentManagement.Configuration;

/// <summary>What the agent looks up before it answers.</summary>
public sealed record KnowledgeSection
{
    [Description("Ids of the collections to search.")]
    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 128, Unique = true)]
    public IReadOnlyList<string>? Collections { get; init; }

    [Length(1, 200)]
    public string? EmbeddingModel { get; init; }

    [Range(1, 1_000)]
    public int? TopK { get; init; }

    [Range(0.0, 1.0)]
    public double? SimilarityThreshold { get; init; }

    public RerankSettings? Rerank { get; init; }
}

/// <summary>A second ordering of what was found.</summary>
public sealed record RerankSettings
{
    public bool? Enabled { get; init; }

    [Length(1, 200)]
    public string? Model { get; init; }

    [Range(1, 1_000)]
    public int? TopN { get; init; }
}

/// <summary>What the agent remembers of a conversation, and across conversations.</summary>
public sealed record MemorySection
{
    [AllowedValues("none", "buffer", "window", "summary")]
    public string? Type { get; init; }

    [Description("How many messages are kept.")]
    [Range(1, 10_000)]
    public int? Window { get; init; }

    [Description("After how many messages the older ones are summarized.")]
    [Range(1, 10_000)]
    public int? SummarizeAfter { get; init; }

    [Description("Whether it remembers across conversations.")]
    public bool? LongTerm { get; init; }
}
