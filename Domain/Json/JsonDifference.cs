using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.Domain.Json;

/// <summary>
/// The differences between two JSON values. Applied in their order, what is removed first and from the last to the first,
/// they make the newer of the older.
/// </summary>
/// <remarks>The order of an object's members is no difference; the way that a number or a text is written is one.</remarks>
public static class JsonDifference
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Objects are compared member by member, arrays item by item; anything else by its text.</summary>
    public static ImmutableArray<DiffOperation> Between(JsonElement from, JsonElement to)
    {
        var operations = ImmutableArray.CreateBuilder<DiffOperation>();
        Compare(JsonPlace.Root, from, to, operations);
        return operations.ToImmutable();
    }

    private static void Compare(JsonPlace place, JsonElement from, JsonElement to, ImmutableArray<DiffOperation>.Builder operations)
    {
        if (from.ValueKind == JsonValueKind.Object && to.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(place, from, to, operations);
        }
        else if (from.ValueKind == JsonValueKind.Array && to.ValueKind == JsonValueKind.Array)
        {
            ImmutableArray<JsonElement> older = [.. from.EnumerateArray()], newer = [.. to.EnumerateArray()];
            if (ItemKeys.TryKeys(place.Name, from, out var olderKeys) && ItemKeys.TryKeys(place.Name, to, out var newerKeys))
            {
                CompareKeyed(place, older, olderKeys, newer, newerKeys, operations);
            }
            else
            {
                ComparePlaces(place, older, newer, operations);
            }
        }
        else if (StrictJson.Compact(from) != StrictJson.Compact(to))
        {
            operations.Add(Replaced(place, from, to));
        }
    }

    private static void CompareMembers(JsonPlace place, JsonElement from, JsonElement to, ImmutableArray<DiffOperation>.Builder operations)
    {
        foreach (var member in from.EnumerateObject())
        {
            if (to.TryGetProperty(member.Name, out var newer)) Compare(place.Member(member.Name), member.Value, newer, operations);
            else operations.Add(Removed(place.Member(member.Name), member.Value));
        }
        foreach (var member in to.EnumerateObject().Where(member => !from.TryGetProperty(member.Name, out _)))
        {
            operations.Add(Added(place.Member(member.Name), member.Value));
        }
    }

    /// <summary>Items that have names of their own: the same name is the same item, wherever it stands.</summary>
    private static void CompareKeyed(
        JsonPlace place, ImmutableArray<JsonElement> older, ImmutableArray<string> olderKeys, ImmutableArray<JsonElement> newer,
        ImmutableArray<string> newerKeys, ImmutableArray<DiffOperation>.Builder operations)
    {
        var (olderIndexes, newerIndexes) = (Indexes(olderKeys), Indexes(newerKeys));
        foreach (var (index, key) in olderKeys.Index())
        {
            if (!newerIndexes.ContainsKey(key)) operations.Add(Removed(place.Item(index, index, key), older[index]));
        }
        ImmutableArray<string> before = [.. olderKeys.Where(newerIndexes.ContainsKey)],
        after = [.. newerKeys.Where(olderIndexes.ContainsKey)];
        if (!before.SequenceEqual(after)) operations.Add(Reordered(place, before, after));
        foreach (var (index, key) in newerKeys.Index())
        {
            if (olderIndexes.TryGetValue(key, out var olderIndex)) Compare(
                place.Item(olderIndex, index, key), older[olderIndex], newer[index], operations);
            else operations.Add(Added(place.Item(index, index, key), newer[index]));
        }
    }

    private static void ComparePlaces(
        JsonPlace place, ImmutableArray<JsonElement> older, ImmutableArray<JsonElement> newer,
        ImmutableArray<DiffOperation>.Builder operations)
    {
        for (var index = 0; index < Math.Max(older.Length, newer.Length); index++)
        {
            var item = place.Item(index, index, index.ToString(CultureInfo.InvariantCulture));
            if (index >= newer.Length) operations.Add(Removed(item, older[index]));
            else if (index >= older.Length) operations.Add(Added(item, newer[index]));
            else Compare(item, older[index], newer[index], operations);
        }
    }

    private static Dictionary<string, int> Indexes(ImmutableArray<string> keys) =>
        keys.Index().ToDictionary(key => key.Item, key => key.Index, StringComparer.Ordinal);

    private static DiffOperation Added(JsonPlace place, JsonElement value) =>
        new(DiffOperation.Add, place.NewerPath, null, StrictJson.Compact(value)) { Label = place.Label };

    private static DiffOperation Removed(JsonPlace place, JsonElement value) =>
        new(DiffOperation.Remove, place.OlderPath, StrictJson.Compact(value), null) { Label = place.Label };

    private static DiffOperation Replaced(JsonPlace place, JsonElement from, JsonElement to) =>
        new(DiffOperation.Replace, place.NewerPath, StrictJson.Compact(from), StrictJson.Compact(to)) { Label = place.Label };

    private static DiffOperation Reordered(JsonPlace place, ImmutableArray<string> from, ImmutableArray<string> to) =>
        new(DiffOperation.Reorder, place.NewerPath, Keys(from), Keys(to)) { Label = place.Label };

    private static JsonText Keys(ImmutableArray<string> keys) => new(JsonSerializer.Serialize(keys, AsWritten));
}
