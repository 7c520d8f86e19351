using System.Globalization;

namespace AgentManagement.Formats;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class Pointers
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}

/// <summary>
/// A place in a document, by names with <c>/</c> between them. <c>[type=llm]</c> is the first item that has that text there,
/// <c>[0]</c> an item by its number; such steps find what is there and make nothing.
/// </summary>
internal sealed class Place
{
    private readonly ImmutableArray<string> steps;

    private Place(string path)
    {
        Path = path;
        steps = [.. path.Split('/')];
    }

    public string Path { get; }

    public static implicit operator Place(string path) => new(path);

    /// <summary>What is there; null when nothing is.</summary>
    public JsonNode? Find(JsonObject root) => steps.Aggregate((JsonNode?)root, (node, step) => Child(node, step).Node);

    /// <summary>Whether something is there, be it null; also where something else stands in the way.</summary>
    public bool IsIn(JsonObject root)
    {
        JsonNode? node = root;
        foreach (var step in steps)
        {
            if (node is JsonValue) return true;
            if (node is JsonObject members && members.TryGetPropertyValue(step, out var member) && member is null) return true;
            node = Child(node, step).Node;
            if (node is null) return false;
        }
        return true;
    }

    /// <summary>Its pointer in a document that has it.</summary>
    public string PointerIn(JsonObject root)
    {
        var (node, pointer) = ((JsonNode?)root, "");
        foreach (var step in steps)
        {
            var (child, name) = Child(node, step);
            (node, pointer) = (child, Pointers.Append(pointer, name));
        }
        return pointer;
    }

    /// <summary>Writes a value there, with what has to be around it.</summary>
    /// <returns>Whether there was a way to the place.</returns>
    public bool Set(JsonObject root, JsonNode? value)
    {
        JsonNode? node = root;
        foreach (var step in steps[..^1])
        {
            var child = Child(node, step).Node;
            if (child is null || (!step.StartsWith('[') && child is not (JsonObject or JsonArray)))
            {
                if (step.StartsWith('[') || node is not JsonObject members) return false;
                child = new JsonObject();
                members[step] = child;
            }
            node = child;
        }
        var last = steps[^1];
        if (node is JsonObject parent && !last.StartsWith('['))
        {
            parent[last] = value;
            return true;
        }
        if (Child(node, last).Node is not { Parent: JsonArray items } old) return false;
        items[items.IndexOf(old)] = value;
        return true;
    }

    /// <summary>Takes away what is there, and the objects around it that have nothing else.</summary>
    public void Remove(JsonObject root)
    {
        var way = new List<JsonNode?> { root };
        foreach (var step in steps) way.Add(Child(way[^1], step).Node);
        for (var index = steps.Length - 1; index >= 0; index--)
        {
            if (way[index] is not JsonObject members || !members.Remove(steps[index]) || members.Count > 0) return;
        }
    }

    private static (JsonNode? Node, string Name) Child(JsonNode? node, string step)
    {
        if (!step.StartsWith('[')) return ((node as JsonObject)?[step], step);
        if (node is not JsonArray items) return (null, step);
        var condition = step[1..^1];
        if (int.TryParse(condition, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return (number < items.Count ? items[number] : null, condition);
        }
        var parts = condition.Split('=');
        for (var index = 0; index < items.Count; index++)
        {
            var told = parts[0].Split('.').Aggregate(items[index], (inner, name) => (inner as JsonObject)?[name]);
            if (parts.Length == 2 && told.AsText() == parts[1]) return (items[index], index.ToString(CultureInfo.InvariantCulture));
        }
        return (null, condition);
    }
}
