using AgentManagement.Configuration;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Files;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes what an operation takes, from its endpoint's metadata: parameters, body and token.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            DescribeRoute(parameter, metadata.OfType<RequestParameter>().FirstOrDefault(each => each.In == ParameterLocation.Path), document);
        }
        foreach (var parameter in metadata.OfType<RequestParameter>().Where(each => each.In != ParameterLocation.Path)) AddParameter(operation, parameter, document);
        if (metadata.OfType<BodyMetadata>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.IsRequired,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [body.MediaType] = new() { Schema = await SchemaOfAsync(body, context, cancellationToken) },
                },
            };
        }
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(DocumentDescription.BearerScheme, document)] = [] }];
        }
    }

    private static async Task<IOpenApiSchema> SchemaOfAsync(
        BodyMetadata body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (body.Type == typeof(ContentBody)) return new OpenApiSchemaReference(nameof(AgentContent), context.Document);
        if (body.Type == typeof(PatchBody)) return ContractSchemas.Parse("""{"type":"object"}""", context.Document!);
        if (body.Type == typeof(FileUpload)) return ContractSchemas.Parse("""{"type":"string","format":"binary"}""", context.Document!);
        if (body.Type == typeof(LinesBody)) return ContractSchemas.Parse("""{"type":"string"}""", context.Document!);
        return await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
    }

    private static void DescribeRoute(OpenApiParameter parameter, RequestParameter? own, OpenApiDocument document)
    {
        if (parameter.In != ParameterLocation.Path) return;
        var (description, schema) = own is not null
            ? (own.Description, own.Schema)
            : parameter.Name == "id"
            ? ("The agent's id.", $$"""{"type":"string","pattern":"{{AgentBodies.IdPattern}}"}""")
            : ("The number of a version.", """{"type":"integer","format":"int32","minimum":1}""");
        parameter.Description = description;
        parameter.Schema = ContractSchemas.Parse(schema, document);
    }

    private static void AddParameter(OpenApiOperation operation, RequestParameter parameter, OpenApiDocument document) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = parameter.Name, In = parameter.In, Description = parameter.Description,
            Schema = ContractSchemas.Parse(parameter.Schema, document),
        });
}
