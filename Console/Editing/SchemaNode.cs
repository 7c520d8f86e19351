using System.Text;
using System.Text.Json.Nodes;

namespace AgentManagement.WebConsole.Editing;

/// <summary>How a place of the document is edited.</summary>
public enum FieldKind
{
    Text,
    LongText,
    Number,
    Flag,
    Choice,
    Texts,
    Members,
    Items,
    Map,
    Free,
}

/// <summary>A place of the document as its JSON Schema has it.</summary>
public sealed class SchemaNode
{
    private const int LongCharacters = 1_000;
    private readonly JsonObject _root;
    private readonly JsonObject _node;

    private SchemaNode(JsonObject root, JsonNode? node)
    {
        _root = root;
        var at = node as JsonObject ?? [];
        // What the schema says once it refers to: by a pointer into itself.
        while (at["$ref"]?.GetValue<string>() is { } reference)
        {
            if (Document.At(root, reference.TrimStart('#')) is not JsonObject target) break;
            at = target;
        }
        _node = at;
        Description = ((node as JsonObject)?["description"] ?? at["description"])?.GetValue<string>();
        Kind = KindOf(at);
    }

    public string? Description { get; }

    public FieldKind Kind { get; }

    public IReadOnlyList<string> Choices =>
        _node["enum"] is JsonArray words ? [.. words.OfType<JsonNode>().Select(word => word.GetValue<string>())] : [];

    public bool IsInteger => Types(_node).Contains("integer");

    public SchemaNode Item => new(_root, _node["items"]);

    /// <summary>Of a map, the values.</summary>
    public SchemaNode Value => new(_root, _node["additionalProperties"]);

    public IEnumerable<(string Name, SchemaNode Schema)> Members => _node["properties"] is JsonObject members
        ? members.Select(member => (member.Key, new SchemaNode(_root, member.Value))) : [];

    public bool Requires(string member) =>
        _node["required"] is JsonArray required && required.Any(name => name?.GetValue<string>() == member);

    public static SchemaNode Of(JsonObject schema) => new(schema, schema);

    /// <summary><c>maxTokens</c> as people read it: Max tokens.</summary>
    public static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter)) words.Append(' ');
            words.Append(words.Length == 0 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter));
        }
        return words.ToString().Replace("mcp", "MCP", StringComparison.OrdinalIgnoreCase);
    }

    private static FieldKind KindOf(JsonObject node)
    {
        var types = Types(node);
        if (node["enum"] is not null) return FieldKind.Choice;
        if (types.Contains("boolean")) return FieldKind.Flag;
        if (types.Contains("integer") || types.Contains("number")) return FieldKind.Number;
        if (types.Contains("string")) return node["maxLength"]?.GetValue<int>() >= LongCharacters ? FieldKind.LongText : FieldKind.Text;
        if (types.Contains("array"))
        {
            return node["items"] is JsonObject items && Types(items).Contains("string") && items["enum"] is null
                ? FieldKind.Texts : FieldKind.Items;
        }
        if (node["properties"] is JsonObject { Count: > 0 }) return FieldKind.Members;
        return node["additionalProperties"] is JsonObject ? FieldKind.Map : FieldKind.Free;
    }

    private static string[] Types(JsonObject node) => node["type"] switch
    {
        JsonArray types => [.. types.Select(type => type!.GetValue<string>())],
        JsonValue type => [type.GetValue<string>()],
        _ => [],
    };
}
