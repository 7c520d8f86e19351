using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;

namespace AgentManagement.WebConsole.Editing;

/// <summary>JSON as it is edited: values by their pointers (RFC 6901), and texts that people read.</summary>
public static class Document
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 128 };

    /// <summary>What editors write of an agent, with the members that it has.</summary>
    public static JsonObject ContentOf(Agent agent)
    {
        var content = new JsonObject { ["name"] = agent.Name, ["type"] = agent.Type };
        void Add(string name, string? text)
        {
            if (text is not null) content[name] = text;
        }
        Add("description", agent.Description);
        content["config"] = agent.Config.ValueKind == JsonValueKind.Object ? JsonNode.Parse(agent.Config.GetRawText()) : new JsonObject();
        if (agent.Tags.Count > 0) content["tags"] = new JsonArray([.. agent.Tags.Select(tag => (JsonNode)tag)]);
        Add("icon", agent.Icon);
        Add("category", agent.Category);
        Add("author", agent.Author);
        Add("licence", agent.Licence);
        Add("homepage", agent.Homepage);
        if (HasMembers(agent.Metadata)) content["metadata"] = JsonNode.Parse(agent.Metadata.GetRawText());
        return content;
    }

    /// <summary>What editors write of a template, with the members that it has.</summary>
    public static JsonObject ContentOf(Template template)
    {
        var content = new JsonObject { ["name"] = template.Name, ["type"] = template.Type };
        if (template.Description is { } description) content["description"] = description;
        if (HasMembers(template.Variables)) content["variables"] = JsonNode.Parse(template.Variables.GetRawText());
        content["config"] = ToNode(template.Config) ?? new JsonObject();
        if (template.Tags.Count > 0) content["tags"] = new JsonArray([.. template.Tags.Select(tag => (JsonNode)tag)]);
        if (HasMembers(template.Metadata)) content["metadata"] = JsonNode.Parse(template.Metadata.GetRawText());
        return content;
    }

    private static bool HasMembers(JsonElement element) => element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any();

    public static string Print(JsonNode? node)
    {
        if (node is null) return "null";
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable)) node.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static string Print(JsonElement element) => Print(JsonNode.Parse(element.GetRawText()));

    public static JsonElement ToElement(JsonNode node)
    {
        using var document = JsonDocument.Parse(node.ToJsonString(), Strict);
        return document.RootElement.Clone();
    }

    public static JsonNode? ToNode(JsonElement? element) =>
        element is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? JsonNode.Parse(value.GetRawText()) : null;

    /// <summary>Reads what somebody typed.</summary>
    /// <param name="error">What is wrong with it, and in which line; null when nothing is.</param>
    public static JsonObject? ReadObject(string text, out string? error)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: Strict) is JsonObject read)
            {
                // Members are looked at when they are first asked for: one that comes twice is found now.
                _ = read.Count;
                error = null;
                return read;
            }
            error = "It must be an object: { … }.";
        }
        catch (JsonException exception)
        {
            error = $"Line {exception.LineNumber + 1}: this is no JSON.";
        }
        catch (ArgumentException)
        {
            error = "A member comes twice.";
        }
        return null;
    }

    /// <summary>The value at a pointer; null where there is none.</summary>
    public static JsonNode? At(JsonNode root, string pointer)
    {
        JsonNode? at = root;
        foreach (var segment in Segments(pointer))
        {
            at = at switch
            {
                JsonObject members => members[segment],
                JsonArray items => int.TryParse(segment, out var index) && index >= 0 && index < items.Count ? items[index] : null,
                _ => null,
            };
            if (at is null) return null;
        }
        return at;
    }

    /// <summary>
    /// Puts a value at a pointer, with the objects on the way there; null takes it away, and objects that are empty then.
    /// </summary>
    public static void Put(JsonNode root, string pointer, JsonNode? value)
    {
        var segments = Segments(pointer);
        if (segments.Length > 0) Put(root, segments, value);
    }

    private static void Put(JsonNode at, ReadOnlySpan<string> segments, JsonNode? value)
    {
        var segment = segments[0];
        var rest = segments[1..];
        switch (at)
        {
            case JsonObject members when rest.IsEmpty:
                if (value is null) members.Remove(segment);
                else members[segment] = value;
                break;
            case JsonObject members:
                if (members[segment] is not { } child)
                {
                    if (value is null) return;
                    members[segment] = child = new JsonObject();
                }
                Put(child, rest, value);
                if (value is null && child is JsonObject { Count: 0 } && segment != "config") members.Remove(segment);
                break;
            case JsonArray items when int.TryParse(segment, out var index) && index >= 0:
                if (index >= items.Count)
                {
                    if (rest.IsEmpty && value is not null) items.Add(value);
                }
                else if (!rest.IsEmpty) Put(items[index]!, rest, value);
                else if (value is null) items.RemoveAt(index);
                else items[index] = value;
                break;
        }
    }

    public static string Pointer(string parent, string member) =>
        $"{parent}/{member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string[] Segments(string pointer) => pointer.Length == 0
        ? []
        : [.. pointer[1..].Split('/').Select(segment =>
            segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    public static bool AreSame(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other);
}
