using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgentManagement.Tests.Deployment;

/// <summary>YAML as JSON nodes, with its anchors and merges resolved. A key that is there twice is an error.</summary>
internal static class Yaml
{
    /// <summary>The documents of a text.</summary>
    public static List<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => (JsonObject)ToJson(document.RootNode)!)];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => ToJson(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"{node.NodeType}"),
    };

    // A member of the mapping itself comes before one that is merged into it.
    private static JsonObject ToJson(YamlMappingNode mapping)
    {
        var members = mapping.Children.ToLookup(child => ((YamlScalarNode)child.Key).Value == "<<");
        var result = new JsonObject(members[false]
            .Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value))));
        foreach (var (name, value) in members[true].SelectMany(merged => ToJson((YamlMappingNode)merged.Value)))
        {
            if (!result.ContainsKey(name)) result.Add(name, value?.DeepClone());
        }
        return result;
    }

    // What Kubernetes and Compose take for something else than a text.
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
