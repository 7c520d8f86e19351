using AgentManagement.Domain.Json;
using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.Merging;

/// <summary>Random edits of a document, no two of which touch the same place; the same for the same seed.</summary>
internal sealed class RandomEdits(int seed)
{
    // An item with another key would be another item.
    private static readonly string[] KeyMembers = ["id", "name", "agentId", "blobRef", "provider", "text", "input", "label", "type", "ref"];

    private readonly Random _random = new(seed);
    private readonly SchemaGenerator _values = new(seed);
    private int _added;

    /// <summary>Edits of different places, for two sides.</summary>
    public (List<Edit> Theirs, List<Edit> Mine) Make(JsonNode document)
    {
        var places = new List<string[]>();
        Collect(document, "", [], places);
        var edits = new List<Edit>();
        foreach (var place in places.OrderBy(_ => _random.Next()).Take(12))
        {
            var edit = EditOf(document, place);
            // An addition is a place of its own; what is inside of, or around, another edit is not.
            if (edits.TrueForAll(other => !other.Touches(edit))) edits.Add(edit);
        }
        var half = _random.Next(edits.Count + 1);
        return (edits[..half], edits[half..]);
    }

    private Edit EditOf(JsonNode document, string[] place)
    {
        var node = Edit.Find(document, place);
        return (node, _random.Next(3)) switch
        {
            (JsonObject, 0) => new([.. place, $"added{++_added}"], _values.AnyValue()),
            (JsonArray array, < 2) when Name(place) is "tools" && HasKeys(array) =>
                new([.. place, $"added{++_added}"], new JsonObject { ["id"] = $"added{_added}" }),
            (JsonArray array, < 2) when array.Count > 0
                && array.All(item => item is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                && array.Select(item => (string)item!).Distinct().Count() == array.Count =>
                    new([.. place, $"added{++_added}"], $"added{_added}"),
            (_, 1) when place.Length > 0 => new(place, null, IsRemoval: true),
            _ when place.Length == 0 => new(["replaced"], $"edit{++_added}"),
            // An item keeps its key, or it would be another one.
            _ when Edit.Find(document, place[..^1]) is JsonArray => new([.. place, "edited"], $"edit{++_added}"),
            _ => new(place, $"edit{++_added}"),
        };

        static bool HasKeys(JsonArray array) => ItemKeys.TryKeys("tools", JsonSerializer.SerializeToElement(array), out _);

        static string Name(string[] path) => path.Length == 0 ? "" : path[^1];
    }

    /// <summary>Every place, but texts in lists, which are nothing but their keys.</summary>
    private static void Collect(JsonNode? node, string name, string[] path, List<string[]> places)
    {
        places.Add(path);
        if (node is JsonObject members)
        {
            foreach (var member in members) Collect(member.Value, member.Key, [.. path, member.Key], places);
        }
        else if (node is JsonArray items && JsonSerializer.SerializeToElement(node) is var array
            && ItemKeys.TryKeys(name, array, out var keys))
        {
            foreach (var (key, item) in keys.Zip(items).Where(each => each.Second is JsonObject))
            {
                places.Add([.. path, key]);
                foreach (var member in item!.AsObject().Where(member => !KeyMembers.Contains(member.Key)))
                {
                    Collect(member.Value, member.Key, [.. path, key, member.Key], places);
                }
            }
        }
    }
}

/// <summary>A value put at, or removed from, a place that is named by members and keys of items.</summary>
internal sealed record Edit(string[] Place, JsonNode? Value, bool IsRemoval = false)
{
    public bool Touches(Edit other)
    {
        var length = Math.Min(Place.Length, other.Place.Length);
        return Place.Take(length).SequenceEqual(other.Place.Take(length));
    }

    /// <summary>Makes the edit.</summary>
    public void Apply(JsonNode document)
    {
        switch (Find(document, Place[..^1]))
        {
            case JsonObject members when IsRemoval:
                members.Remove(Place[^1]);
                break;
            case JsonObject members:
                members[Place[^1]] = Value?.DeepClone();
                break;
            case JsonArray items:
                var index = IndexOf(items, Place[^1]);
                if (IsRemoval) items.RemoveAt(index);
                else if (index < 0) items.Add(Value?.DeepClone());
                else items[index] = Value?.DeepClone();
                break;
        }
    }

    /// <summary>What stands at a place.</summary>
    public static JsonNode? Find(JsonNode? document, IEnumerable<string> place) => place.Aggregate(document, (node, part) => node switch
    {
        JsonObject members => members[part],
        JsonArray items when IndexOf(items, part) is >= 0 and var index => items[index],
        _ => null,
    });

    private static int IndexOf(JsonArray items, string key)
    {
        // Which list it is makes no difference to a key that there is.
        string[] lists = ["tools", "mcpServers", "handoffs", "attachments", "fallbacks", "starters", "examples", "blocks", "sources"];
        foreach (var name in lists)
        {
            if (ItemKeys.TryKeys(name, JsonSerializer.SerializeToElement(items), out var keys) && keys.Contains(key))
            {
                return keys.IndexOf(key);
            }
        }
        return -1;
    }
}
