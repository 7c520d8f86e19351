namespace AgentManagement.Formats;

/// <summary>
/// How a value is written in a format and how in the content. Each side is null where a value does not fit there. The two need not be
/// the inverse of each other: what would come back otherwise is kept as it was.
/// </summary>
/// <param name="In">From the source to the content.</param>
/// <param name="Out">From the content to the source.</param>
internal sealed record Codec(Func<JsonNode, MappingContext, JsonNode?> In, Func<JsonNode, MappingContext, JsonNode?> Out)
{
    public static Codec Of(Func<JsonNode, JsonNode?> into, Func<JsonNode, JsonNode?> outOf) =>
        new((node, _) => into(node), (node, _) => outOf(node));

    /// <summary>The same value on both sides, where it fits the content.</summary>
    public static Codec Same(Func<JsonNode, bool> fits) => Of(node => fits(node) ? node.DeepClone() : null, node => node.DeepClone());
}

/// <summary>What all mappings of one agent share.</summary>
internal sealed class MappingContext
{
    /// <summary>The agent's new id.</summary>
    public string AgentId { get; init; } = "";

    /// <summary>The id that the agent has where it comes from, or is to have where it goes.</summary>
    public string OldId { get; init; } = "";

    /// <summary>On export, whether the agent came from the format.</summary>
    public bool IsOwn { get; init; }

    /// <summary>New ids of the agents that were imported together, by their old ones.</summary>
    public IReadOnlyDictionary<string, string> Ids { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>References whose new id follows from <see cref="Ids"/> alone.</summary>
    public Dictionary<string, string> Renamed { get; } = new(StringComparer.Ordinal);

    /// <summary>All references that are written differently.</summary>
    public Dictionary<string, string> References { get; } = new(StringComparer.Ordinal);

    public List<(string From, string To)> Mapped { get; } = [];

    /// <summary>Nodes of the rest that have a place in the content, and are kept only to be given back as they were.</summary>
    public HashSet<JsonNode> Originals { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Why nodes of the rest have no place.</summary>
    public Dictionary<JsonNode, string> Reasons { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The id here of an agent that a source names.</summary>
    public string Resolve(string reference)
    {
        var plain = Slugs.Of(reference);
        var id = Ids.GetValueOrDefault(reference, plain);
        if (id != plain) Renamed[reference] = id;
        if (id != reference) References[reference] = id;
        return id;
    }
}
