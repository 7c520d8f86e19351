using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentManagement.WebConsole.Agents;

/// <summary>Which agents a list shows, and in which order.</summary>
public sealed record ListFilter(string? Text, string? Status, string? Type, string? Sort, IReadOnlyList<string> Tags)
{
    private static readonly string[] Members = ["text", "status", "type", "sort"];

    public static ListFilter All { get; } = new(null, null, null, null, []);

    public bool IsAs(ListFilter other) => JsonNode.DeepEquals(ToNode(), other.ToNode());

    internal JsonObject ToNode()
    {
        var node = new JsonObject();
        string?[] values = [Text, Status, Type, Sort];
        foreach (var (name, value) in Members.Zip(values))
        {
            if (value is { Length: > 0 }) node[name] = value;
        }
        if (Tags.Count > 0) node["tags"] = new JsonArray([.. Tags.Select(tag => (JsonNode)tag)]);
        return node;
    }

    internal static ListFilter Of(JsonObject node)
    {
        var values = Members.Select(name => node[name]?.GetValue<string>()).ToList();
        return new(
            values[0], values[1], values[2], values[3],
            [.. node["tags"]?.AsArray().Select(tag => tag?.GetValue<string>()).OfType<string>() ?? []]);
    }
}

/// <summary>A filter that somebody gave a name.</summary>
public sealed record SavedFilter(string Name, ListFilter Filter);

/// <summary>The filters that somebody saved, as their browser keeps them for a tenant.</summary>
public static class SavedFilters
{
    public const int Max = 20;
    public const int MaxNameLength = 60;

    public static string Key(string tenant) => $"filters/{tenant}";

    /// <summary>Reads what the browser has. Whatever is no filter is left out: others may have written there.</summary>
    public static IReadOnlyList<SavedFilter> Read(string? kept)
    {
        try
        {
            return kept is not null && JsonNode.Parse(kept) is JsonArray saved
                ? [.. saved.Select(ReadOne).OfType<SavedFilter>().DistinctBy(filter => filter.Name).Take(Max)] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public static string Write(IEnumerable<SavedFilter> saved) => new JsonArray(
        [.. saved.Select(each => new JsonObject { ["name"] = each.Name, ["filter"] = each.Filter.ToNode() })]).ToJsonString();

    /// <summary>Gives a filter a name, and takes it from another one that has it.</summary>
    public static IReadOnlyList<SavedFilter> With(this IReadOnlyList<SavedFilter> saved, SavedFilter filter) =>
        [.. saved.Without(filter.Name).Append(filter).OrderBy(each => each.Name, StringComparer.CurrentCultureIgnoreCase)];

    public static IReadOnlyList<SavedFilter> Without(this IReadOnlyList<SavedFilter> saved, string name) =>
        [.. saved.Where(each => each.Name != name)];

    private static SavedFilter? ReadOne(JsonNode? node)
    {
        try
        {
            return node is JsonObject saved && saved["name"]?.GetValue<string>() is { Length: > 0 and <= MaxNameLength } name
                && saved["filter"] is JsonObject filter ? new(name, ListFilter.Of(filter)) : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
