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
            issues.AddRange(new JsonSchemaCheck(config.Output!.Schema!.Value, patterns).Run("/config/output/schema"));
        }
        for (var index = 0; index < config.Tools?.Count; index++)
        {
            if (!IsThere(config.Tools[index].InputSchema)) continue;
            var (schema, pointer) = (config.Tools[index].InputSchema!.Value, $"/config/tools/{index}/inputSchema");
            issues.AddRange(new JsonSchemaCheck(schema, patterns).Run(pointer));
            if (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && !type.ValueEquals("object"))
            {
                issues.Add(Issue.Error("invalid_json_schema", $"{pointer}/type", "A tool's arguments are an object: must be object."));
            }
        }
        return issues;
    }

    private static bool IsThere(JsonElement? schema) => schema is { ValueKind: JsonValueKind.Object };
}
