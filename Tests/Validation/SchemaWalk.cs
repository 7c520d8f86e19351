using System.Text;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;

namespace AgentManagement.Tests.Validation;

/// <summary>A place in the schema of an agent's content.</summary>
/// <param name="Pointer">JSON pointer of the place in a document made by <paramref name="Place"/>.</param>
/// <param name="Schema">What the schema says of it, references resolved.</param>
/// <param name="IsRequired">Whether its object is invalid without it; null for an item or value.</param>
/// <param name="Place">The smallest valid document with this value there.</param>
internal sealed record SchemaPlace(string Pointer, JsonObject Schema, bool? IsRequired, Func<JsonNode?, JsonNode> Place)
{
    public bool HasType(string type) => Types.Contains(type);

    public IEnumerable<string> Types => SchemaWalk.TypesOf(Schema);
}

/// <summary>Every place of the schema, found by walking it, so that a new field is tested the day it is written.</summary>
internal static class SchemaWalk
{
    private static readonly JsonObject Root = JsonNode.Parse(ContractSchema.AgentContent.ToJsonString())!.AsObject();

    /// <summary>The whole schema.</summary>
    public static JsonObject Schema => Root;

    /// <summary>All places below the root; items of lists and values of dictionaries by their first.</summary>
    public static IReadOnlyList<SchemaPlace> Places { get; } = [.. Below("", Root, node => node!)];

    public static SchemaPlace At(string pointer) => Places.Single(place => place.Pointer == pointer);

    /// <summary>The keywords of a place that <see cref="Follow"/> has resolved.</summary>
    public static JsonObject Follow(JsonNode schema) => schema switch
    {
        JsonObject { } node when node["$ref"] is { } reference => Follow(
            reference.GetValue<string>()[1..].Split('/', StringSplitOptions.RemoveEmptyEntries)
                .Aggregate((JsonNode)Root, (at, step) => at[step]!)),
        JsonObject node => node,
        _ => [],
    };

    public static IEnumerable<string> TypesOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => type!.GetValue<string>()),
        { } type => [type.GetValue<string>()],
        null => [],
    };

    /// <summary>The smallest valid value.</summary>
    public static JsonNode Minimal(JsonObject schema)
    {
        if (schema["enum"] is JsonArray choices) return choices[0]!.DeepClone();
        return TypesOf(schema).FirstOrDefault() switch
        {
            "string" => Text(schema, schema["minLength"]?.GetValue<int>() ?? 1),
            "integer" or "number" => JsonNode.Parse(schema["minimum"]!.ToJsonString())!,
            "boolean" => true,
            "array" => new JsonArray(),
            _ => new JsonObject((schema["required"]?.AsArray() ?? []).Select(name => KeyValuePair.Create(
                name!.GetValue<string>(), (JsonNode?)Minimal(Follow(schema["properties"]![name.GetValue<string>()]!))))),
        };
    }

    /// <summary>
    /// A text that matches the pattern, of this many characters or, where the pattern needs more, of the fewest possible.
    /// </summary>
    /// <param name="fill">Must be a letter or digit where there is a pattern.</param>
    public static string Text(JsonObject schema, int length, string fill = "a") => schema["pattern"]?.GetValue<string>() switch
    {
        null or @"\S" or "^[a-z0-9][a-z0-9._-]*$" or "^[A-Za-z0-9][A-Za-z0-9._:/-]*$" or "^[A-Za-z0-9][A-Za-z0-9.+-]*$"
            or "^[A-Za-z0-9][A-Za-z0-9._-]*$" or "^[a-z0-9][a-z0-9_-]{0,62}$"
            or "^[A-Za-z0-9][A-Za-z0-9._/-]*$" or @"^([A-Za-z0-9][A-Za-z0-9._:/-]*\*?|\*)$" => Fill("", "", length, fill),
        "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$" =>
            string.Concat(Enumerable.Range(1, Math.Max(length, 2)).Select(at => at % 9 == 0 ? "-" : "a")).TrimEnd('-'),
        @"^https?://\S+$" => Fill("https://h/", "", length, fill),
        "^secret://[A-Za-z0-9][A-Za-z0-9._/-]*$" => Fill("secret://a", "", length, fill),
        "^blob://[A-Za-z0-9][A-Za-z0-9._/-]*$" => Fill("blob://a", "", length, fill),
        "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$" => Fill("a/", "", Math.Max(length, 3), fill),
        "^[A-Z]{3}$" => "EUR",
        "^[0-9a-f]{64}$" => new string('0', 64),
        var pattern => throw new NotSupportedException($"Teach this method a text that matches {pattern}."),
    };

    private static string Fill(string start, string end, int length, string fill)
    {
        var text = new StringBuilder(start);
        for (var count = start.Length; count < length - end.Length; count++) text.Append(fill);
        return text.Append(end).ToString();
    }

    private static IEnumerable<SchemaPlace> Below(string pointer, JsonObject schema, Func<JsonNode?, JsonNode> place)
    {
        var required = (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).ToHashSet();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var each in Found($"{pointer}/{name}", property!, required.Contains(name), value =>
            {
                var container = Minimal(schema).AsObject();
                container[name] = value;
                return place(container);
            })) yield return each;
        }
        if (schema["items"] is { } items)
        {
            foreach (var each in Found($"{pointer}/0", items, null, value => place(new JsonArray(value)))) yield return each;
        }
        if (schema["additionalProperties"] is JsonObject values)
        {
            foreach (var each in Found($"{pointer}/name", values, null, value => place(new JsonObject { ["name"] = value })))
            {
                yield return each;
            }
        }
    }

    private static IEnumerable<SchemaPlace> Found(string pointer, JsonNode schema, bool? isRequired, Func<JsonNode?, JsonNode> place)
    {
        var keywords = Follow(schema);
        yield return new(pointer, keywords, isRequired, place);
        foreach (var each in Below(pointer, keywords, place)) yield return each;
    }
}
