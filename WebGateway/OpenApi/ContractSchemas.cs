using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Brings JSON Schemas into the OpenAPI document.</summary>
internal static class ContractSchemas
{
    /// <summary>The schema, with its local references replaced by what they point to: in the document they would point elsewhere.</summary>
    public static OpenApiSchema Read(JsonNode schema, OpenApiDocument document) => Parse(Inline(schema, schema).ToJsonString(), document);

    public static OpenApiSchema Parse(string schema, OpenApiDocument document) =>
        OpenApiModelFactory.Parse<OpenApiSchema>(schema, OpenApiSpecVersion.OpenApi3_1, document, out _, OpenApiConstants.Json)
        ?? throw new InvalidOperationException("Not a JSON Schema.");

    private static JsonNode Inline(JsonNode node, JsonNode root) => node switch
    {
        JsonObject schema when schema["$ref"] is { } reference =>
            WithOwnMembers(schema, Inline(Resolve(reference.GetValue<string>(), root), root)),
        JsonObject schema => new JsonObject(schema
            .Where(member => member.Key != "$schema")
            .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : (JsonNode?)Inline(member.Value, root)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Inline(item, root))]),
        _ => node.DeepClone(),
    };

    private static JsonNode WithOwnMembers(JsonObject reference, JsonNode target)
    {
        foreach (var (name, value) in reference.Where(member => member.Key != "$ref")) target[name] = value?.DeepClone();
        return target;
    }

    private static JsonNode Resolve(string reference, JsonNode root) =>
        reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (node, step) => node[step]!);
}
