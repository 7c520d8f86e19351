using System.Collections.Frozen;
using AgentManagement.Domain.Changes;
using AgentManagement.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes the types that the gateway writes in a form of its own.</summary>
internal sealed class SchemaDescription : IOpenApiSchemaTransformer
{
    /// <summary>Members that are any object, and whether there always is one.</summary>
    private static readonly FrozenDictionary<string, bool> FreeObjects = new Dictionary<string, bool>
    {
        ["config"] = true, ["metadata"] = true, ["variables"] = true,
        ["templateVariables"] = false, ["templateCustomizations"] = false, ["result"] = false,
    }.ToFrozenDictionary();

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (FreeObjects.TryGetValue(context.JsonPropertyInfo?.Name ?? "", out var isAlwaysThere)
            && (Nullable.GetUnderlyingType(type) ?? type) == typeof(JsonText))
        {
            schema.Type = isAlwaysThere ? JsonSchemaType.Object : JsonSchemaType.Object | JsonSchemaType.Null;
        }
        else if (type == typeof(object) && context.JsonPropertyInfo?.DeclaringType == typeof(EventMessage))
        {
            schema.Type = JsonSchemaType.Object;
        }
        return Task.CompletedTask;
    }
}
