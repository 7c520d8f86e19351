using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Json;

namespace AgentManagement.Domain.Merging;

/// <summary>A place in the documents that are merged.</summary>
/// <param name="Name">The member's name; for an item, its array's.</param>
/// <param name="Label">The place in words, the same in all of them.</param>
/// <param name="Mine">JSON pointer into mine.</param>
/// <param name="Theirs">JSON pointer into theirs.</param>
public sealed record MergePlace(string Name, string Label, string Mine, string Theirs)
{
    /// <summary>The whole document.</summary>
    public static MergePlace Root { get; } = new("", "", "", "");

    /// <summary>A member of the object that is here.</summary>
    public MergePlace Member(string name) =>
        new(name, Label.Length == 0 ? name : $"{Label}.{name}", JsonPointer.Append(Mine, name), JsonPointer.Append(Theirs, name));

    /// <summary>An item of the array that is here.</summary>
    public MergePlace Item(string key, int mine, int theirs) => new(Name, $"{Label}[{key}]", $"{Mine}/{mine}", $"{Theirs}/{theirs}");
}

/// <summary>What stands at a place in each of the three documents; null where there is nothing.</summary>
public readonly record struct Sides(JsonElement? Base, JsonElement? Theirs, JsonElement? Mine)
{
    /// <summary>The members of an object that is, or may become one, at each side.</summary>
    public Sides Member(string name) => new(Find(Base, name), Find(Theirs, name), Find(Mine, name));

    /// <summary>Whether both sides have this kind, and the base has it or nothing.</summary>
    public bool Are(JsonValueKind kind) => Theirs?.ValueKind == kind && Mine?.ValueKind == kind
        && (Base is null || Base.Value.ValueKind == kind);

    private static JsonElement? Find(JsonElement? side, string name) =>
        side is { } element && element.TryGetProperty(name, out var member) ? member : null;
}
