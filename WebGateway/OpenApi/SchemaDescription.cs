using AgentManagement.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes the types that the gateway writes in a form of its own.</summary>
internal sealed class SchemaDescription : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (type == typeof(JsonText) && context.JsonPropertyInfo is { Name: "metadata" })
        {
            schema.Type = JsonSchemaType.Object;
        }
        return Task.CompletedTask;
    }
}
