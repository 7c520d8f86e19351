using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace AgentManagement.Configuration;

/// <summary>What the agent looks up before it answers.</summary>
public sealed record KnowledgeSection
{
    [Description("Ids of the collections to search.")]
    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 128, Unique = true)]
    public IReadOnlyList<string>? Collections { get; init; }

    [Description("Where else to look.")]
    [MaxLength(50)]
    public IReadOnlyList<KnowledgeSource>? Sources { get; init; }

    [Length(1, 200)]
    public string? EmbeddingModel { get; init; }

    [Range(1, 1_000)]
    public int? TopK { get; init; }

    [Range(0.0, 1.0)]
    public double? SimilarityThreshold { get; init; }

    public RerankSettings? Rerank { get; init; }
}

/// <summary>A place where knowledge is: its kind, and what names it there.</summary>
public sealed record KnowledgeSource
{
    [AllowedValues("collection", "url", "site", "connector", "file")]
    public required string Type { get; init; }

    [Description("The collection's id, the address, the connector's name, or the file's address.")]
    [Length(1, 2_048), NotBlank]
    public required string Ref { get; init; }

    [Description("In words, when to look there.")]
    [MaxLength(4_000)]
    public string? When { get; init; }

    public Chunking? Chunking { get; init; }
}

/// <summary>How a source is cut into pieces, in tokens.</summary>
public sealed record Chunking
{
    [Range(1, 100_000)]
    public int? Size { get; init; }

    [Range(0, 100_000)]
    public int? Overlap { get; init; }
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

    [Description("Texts that the agent always has before it, and may change.")]
    [MaxLength(20)]
    public IReadOnlyList<MemoryBlock>? Blocks { get; init; }
}

/// <summary>A text that the agent always has before it.</summary>
public sealed record MemoryBlock
{
    [Description("Unique within the agent.")]
    [Length(1, 64), NotBlank]
    public required string Label { get; init; }

    [Description("The text at first.")]
    [MaxLength(20_000)]
    public required string Value { get; init; }

    [Description("Characters that the text may grow to.")]
    [Range(1, 1_000_000)]
    public int? Limit { get; init; }

    [MaxLength(4_000)]
    public string? Description { get; init; }
}
