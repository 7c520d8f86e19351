namespace AgentManagement.Outcomes;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, in the list's order.</param>
/// <param name="NextCursor">Opaque; where the next page starts, or null at the end.</param>
/// <param name="Total">How many items match on all pages, where the list counts them.</param>
[GenerateSerializer, Immutable, Alias("Page`1")]
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor, long? Total = null);
