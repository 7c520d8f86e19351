using System.Text.Json;
using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>The schemas that a configuration holds are valid JSON Schema, so that what reads them later can.</summary>
public static class JsonSchemaRules
{
    public static IEnumerable<Issue> Check(AgentConfig config)
    {
        var patterns = new SchemaPatterns();
        var issues = new List<Issue>();
        if (IsThere(config.Output?.Schema))
        {
            const string Pointer = "/config/output/schema";
            var schema = config.Output!.Schema!.Value;
            issues.AddRange(new JsonSchemaCheck(schema, patterns).Run(Pointer));
            if (config.Output.Format == "text") issues.Add(WithoutEffect(Pointer, "The format is text: a schema is for json."));
            else issues.AddRange(Ineffective(schema, Pointer));
        }
        for (var index = 0; index < config.Tools?.Count; index++)
        {
            if (!IsThere(config.Tools[index].InputSchema)) continue;
            var (schema, pointer) = (config.Tools[index].InputSchema!.Value, $"/config/tools/{index}/inputSchema");
            issues.AddRange(new JsonSchemaCheck(schema, patterns).Run(pointer));
            issues.AddRange(Ineffective(schema, pointer));
            // What is no type at all was told of.
            if (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                && SchemaKeyword.Types.Contains(type.GetString()!) && !type.ValueEquals("object"))
            {
                issues.Add(Issue.Error("invalid_json_schema", $"{pointer}/type", "A tool's arguments are an object: must be object."));
            }
        }
        return issues;
    }

    /// <summary>A schema that takes anything, by the looks of it by mistake.</summary>
    private static IEnumerable<Issue> Ineffective(JsonElement schema, string pointer)
    {
        var names = schema.EnumerateObject().Select(member => member.Name).ToList();
        if (names.Exists(SchemaKeyword.Constrains)) yield break;
        foreach (var inner in (string[])["schema", "json_schema", "parameters", "input_schema", "inputSchema", "function"])
        {
            if (!schema.TryGetProperty(inner, out var meant) || meant.ValueKind != JsonValueKind.Object) continue;
            yield return WithoutEffect(pointer, $"It takes anything: what is meant is probably the schema in its member '{inner}'.");
            yield break;
        }
        if (names.Count > 0 && !names.Exists(SchemaKeyword.Forms.ContainsKey)
            && schema.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.Object))
        {
            yield return WithoutEffect(pointer, "It takes anything: its members probably belong under 'properties'.");
        }
    }

    private static Issue WithoutEffect(string pointer, string message) => Issue.Warning("schema_without_effect", pointer, message);

    private static bool IsThere(JsonElement? schema) => schema is { ValueKind: JsonValueKind.Object };
}
