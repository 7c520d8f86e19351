using AgentManagement.Domain.Json;

namespace AgentManagement.Domain.Merging;

/// <summary>The items of an array on each side, told apart by their keys.</summary>
public sealed record KeyedItems(KeyedList Base, KeyedList Theirs, KeyedList Mine)
{
    /// <summary>The keys of what both sides have, mine first.</summary>
    public IEnumerable<string> Keys => Mine.Keys.Concat(Theirs.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>Null when the items of one side have no keys of their own: then the array is one value.</summary>
    public static KeyedItems? TryRead(string arrayName, Sides arrays)
    {
        var none = KeyedList.Empty;
        return (arrays.Base is null || KeyedList.TryRead(arrayName, arrays.Base, out none))
            && KeyedList.TryRead(arrayName, arrays.Theirs!, out var theirs) && KeyedList.TryRead(arrayName, arrays.Mine!, out var mine)
                ? new(none, theirs, mine)
                : null;
    }

    /// <summary>The item of a key on each side.</summary>
    public Sides Find(string key) => new(Base.Find(key), Theirs.Find(key), Mine.Find(key));

    /// <summary>The place of an item in mine and in theirs.</summary>
    public JsonPlace PlaceOf(string key, JsonPlace array) => array.Item(Mine.IndexOf(key), Theirs.IndexOf(key), key);
}
