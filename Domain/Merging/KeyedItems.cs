using System.Text.Json;
using AgentManagement.Domain.Json;

namespace AgentManagement.Domain.Merging;

/// <summary>The items of an array on each side, told apart by their keys.</summary>
public sealed class KeyedItems
{
    private readonly Sides _arrays;

    private KeyedItems(Sides arrays, ImmutableArray<string> @base, ImmutableArray<string> theirs, ImmutableArray<string> mine) =>
        (_arrays, Base, Theirs, Mine) = (arrays, @base, theirs, mine);

    /// <summary>The keys of each side, in their order.</summary>
    public ImmutableArray<string> Base { get; }

    /// <inheritdoc cref="Base"/>
    public ImmutableArray<string> Theirs { get; }

    /// <inheritdoc cref="Base"/>
    public ImmutableArray<string> Mine { get; }

    public IEnumerable<string> AllKeys => Mine.Concat(Theirs).Concat(Base).Distinct(StringComparer.Ordinal);

    /// <summary>Null when the items of one side have no keys of their own: then the array is one value.</summary>
    public static KeyedItems? TryRead(string arrayName, Sides arrays)
    {
        ImmutableArray<string> none = [];
        return (arrays.Base is not { } older || ItemKeys.TryKeys(arrayName, older, out none))
            && ItemKeys.TryKeys(arrayName, arrays.Theirs!.Value, out var theirs)
                && ItemKeys.TryKeys(arrayName, arrays.Mine!.Value, out var mine)
                ? new(arrays, none, theirs, mine)
                : null;
    }

    /// <summary>The item of a key on each side.</summary>
    public Sides Find(string key) => new(At(_arrays.Base, Base, key), At(_arrays.Theirs, Theirs, key), At(_arrays.Mine, Mine, key));

    private static JsonElement? At(JsonElement? array, ImmutableArray<string> keys, string key) =>
        keys.IndexOf(key) is >= 0 and var index ? array!.Value[index] : null;
}
