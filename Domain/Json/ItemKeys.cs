using System.Text.Json;

namespace AgentManagement.Domain.Json;

/// <summary>
/// By what the items of an array are told apart, so that one that moved is still the same one: those of the document's
/// own lists by the member that names them, texts by themselves.
/// </summary>
public static class ItemKeys
{
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> Members = new Dictionary<string, ImmutableArray<string>>
    {
        ["tools"] = ["id"], ["mcpServers"] = ["name"], ["handoffs"] = ["agentId"], ["rules"] = ["id"], ["attachments"] = ["blobRef"],
        ["fallbacks"] = ["provider", "id"],
        ["starters"] = ["text"], ["examples"] = ["input"], ["blocks"] = ["label"], ["sources"] = ["type", "ref"],
    }.ToImmutableDictionary();

    /// <summary>The key of an item; null when it has none, as an item of an unknown list has not.</summary>
    /// <param name="arrayName">The name of the member that holds the array: <c>tools</c>, <c>fallbacks</c> …</param>
    /// <param name="item">The item.</param>
    public static string? KeyOf(string arrayName, JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String) return item.GetString();
        if (item.ValueKind != JsonValueKind.Object || !Members.TryGetValue(arrayName, out var members)) return null;
        var parts = members.Select(member => TextOf(item, member)).ToArray();
        return parts.Contains(null) ? null : string.Join('/', parts);
    }

    /// <summary>The keys of all items, in their order; false when one has none or two have the same: places tell them apart then.</summary>
    public static bool TryKeys(string arrayName, JsonElement array, out ImmutableArray<string> keys)
    {
        keys = [.. array.EnumerateArray().Select(item => KeyOf(arrayName, item)).OfType<string>()];
        return keys.Length == array.GetArrayLength() && keys.Distinct(StringComparer.Ordinal).Count() == keys.Length;
    }

    private static string? TextOf(JsonElement item, string member) =>
        item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
