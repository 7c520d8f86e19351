using System.Diagnostics.CodeAnalysis;

namespace AgentManagement.Domain.Json;

/// <summary>An array whose items are told apart by their keys; see <see cref="ItemKeys"/>.</summary>
public sealed class KeyedList
{
    private readonly ImmutableArray<JsonIndex> _items;
    private readonly Dictionary<string, int> _indexes;

    private KeyedList(ImmutableArray<string> keys, ImmutableArray<JsonIndex> items)
    {
        (Keys, _items) = (keys, items);
        _indexes = keys.Index().ToDictionary(key => key.Item, key => key.Index, StringComparer.Ordinal);
    }

    public static KeyedList Empty { get; } = new([], []);

    /// <summary>The keys, in the order of their items.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>False when an item has no key, or two have the same.</summary>
    public static bool TryRead(string arrayName, JsonIndex array, [NotNullWhen(true)] out KeyedList? list)
    {
        list = ItemKeys.TryKeys(arrayName, array.Element, out var keys) ? new(keys, array.Items) : null;
        return list is not null;
    }

    public bool Has(string key) => _indexes.ContainsKey(key);

    /// <summary>Where the item of a key stands; -1 when there is none.</summary>
    public int IndexOf(string key) => _indexes.GetValueOrDefault(key, -1);

    /// <summary>The item of a key, if there is one.</summary>
    public JsonIndex? Find(string key) => _indexes.TryGetValue(key, out var index) ? _items[index] : null;
}
