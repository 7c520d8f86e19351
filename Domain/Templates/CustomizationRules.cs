using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Templates;

/// <summary>What is to differ from a template in one agent.</summary>
public static class CustomizationRules
{
    private static readonly SchemaValidator Schema = new(ContractSchema.Customizations);

    /// <summary>Everything that is wrong with customizations of a template's configuration.</summary>
    public static IEnumerable<Issue> Check(JsonText customizations, JsonText config)
    {
        var element = StrictJson.Parse(customizations);
        var issues = Schema.Check(element);
        if (!issues.IsEmpty) return issues.Select(issue => issue with { Pointer = $"/customizations{issue.Pointer}" });
        var known = StrictJson.Parse(config).Items("tools").Select(tool => tool.Text("id")).ToHashSet();
        return MembersOf(element.Member("tools")).SelectMany(tool => Check(tool, known));
    }

    /// <summary>The configuration with customizations. What they name and it no longer has is passed over.</summary>
    public static JsonText Apply(JsonText config, JsonText customizations)
    {
        var wanted = StrictJson.Parse(customizations);
        var tools = MembersOf(wanted.Member("tools"))
            .ToDictionary(tool => tool.Name, tool => JsonNode.Parse(StrictJson.Compact(tool.Value).Text));
        var suffix = wanted.Text("instructionSuffix");
        if (suffix is null && tools.Count == 0) return config;

        var node = JsonNode.Parse(config.Text)!;
        // What a value has made no text or no tool stays as it is: validation refuses it.
        if (suffix is not null && node["instructions"] is JsonObject instructions && IsText(instructions["template"] ?? "", out var text))
        {
            instructions["template"] = text.Length == 0 ? suffix : $"{text}\n\n{suffix}";
        }
        if (node["tools"] is JsonArray list)
        {
            JsonNode?[] items = [.. list];
            list.Clear();
            foreach (var item in items)
            {
                if (!IsCustomized(item, tools, out var patch)) list.Add(item);
                else if (patch is not null) list.Add(MergePatch.Apply(item, patch));
            }
        }
        return StrictJson.Compact(JsonSerializer.SerializeToElement(node));
    }

    private static IEnumerable<Issue> Check(JsonProperty tool, HashSet<string?> known)
    {
        var pointer = JsonPointer.Append("/customizations/tools", tool.Name);
        if (!known.Contains(tool.Name)) yield return Issue.Error("unknown_tool", pointer, "The template has no such tool.");
        else if (tool.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)) yield return Issue.Error(
            "wrong_type", pointer, "Must be object or null.");
        else if (tool.Value.Member("id") is not null) yield return Issue.Error(
            "immutable_field", $"{pointer}/id", "The id of a tool cannot change.");
    }

    private static bool IsCustomized(JsonNode? tool, Dictionary<string, JsonNode?> wanted, out JsonNode? patch)
    {
        patch = null;
        return tool is JsonObject && IsText(tool["id"], out var id) && wanted.TryGetValue(id, out patch);
    }

    private static bool IsText(JsonNode? node, out string text)
    {
        text = "";
        return node is JsonValue value && value.TryGetValue(out text!);
    }

    private static JsonProperty[] MembersOf(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } members ? [.. members.EnumerateObject()] : [];
}
