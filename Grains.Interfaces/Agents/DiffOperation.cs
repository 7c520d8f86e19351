using AgentManagement.Json;

namespace AgentManagement.Agents;

/// <summary>One difference between two versions.</summary>
/// <param name="Op"><c>add</c>, <c>remove</c>, <c>replace</c>, or <c>reorder</c>: what both have is in another order.</param>
/// <param name="Path">JSON pointer into the newer content; of what was removed, into the older.</param>
/// <param name="From">The older value; null for <c>add</c>. For <c>reorder</c> an array of the keys in their older order.</param>
/// <param name="To">The newer value; null for <c>remove</c>. For <c>reorder</c> the keys in their newer order.</param>
[GenerateSerializer, Immutable, Alias("DiffOperation")]
public sealed record DiffOperation(string Op, string Path, JsonText? From, JsonText? To)
{
    public const string Add = "add";
    public const string Remove = "remove";
    public const string Replace = "replace";
    public const string Reorder = "reorder";

    public static ImmutableArray<string> All { get; } = [Add, Remove, Replace, Reorder];

    /// <summary>The place in words: <c>config.tools[search].timeoutSeconds</c>.</summary>
    [Id(0)] public string Label { get; init; } = "";
}
