using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentManagement.Bench.Client;

/// <summary>JSON as the experiments send it: compact, and only what JSON demands is escaped.</summary>
public static class RelaxedJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The node's text.</summary>
    public static string Write(JsonNode node) => node.ToJsonString(Options);

    /// <summary>The raw text of a member; null when it is absent or null.</summary>
    public static string? RawMember(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member.GetRawText() : null;

    /// <summary>Every text value in the element, however deep.</summary>
    public static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Texts(member.Value)),
        _ => [],
    };
}
