using System.Text;
using System.Text.Json;

namespace AgentManagement.Formats;

/// <summary>What is asked of JSON again and again.</summary>
internal static class Nodes
{
    /// <summary>The text that a node is; null when it is none.</summary>
    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool IsNumber(this JsonNode node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.Number;

    public static bool IsBool(this JsonNode node) =>
        node is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    /// <summary>A text that is there and not blank.</summary>
    public static string? TextAt(this JsonObject node, Place place) =>
        place.Find(node).AsText() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>Characters as the schema counts them.</summary>
    public static int LengthOf(string text)
    {
        var length = text.Length;
        foreach (var letter in text) length -= char.IsLowSurrogate(letter) ? 1 : 0;
        return length;
    }

    public static int BytesOf(JsonNode node) => Encoding.UTF8.GetByteCount(node.ToJsonString(JsonWriting.Compact));

    public static JsonArray ToArray(this IEnumerable<JsonNode?> items) => new([.. items]);

    public static JsonArray ToArray(this IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)item)]);
}

/// <summary>How JSON is written: characters as themselves.</summary>
internal static class JsonWriting
{
    public static readonly JsonSerializerOptions Compact = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true, NewLine = "\n" };
}
