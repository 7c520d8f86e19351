using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes what an operation takes, from its endpoint's metadata: parameters, body and token.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            DescribeRoute(
                parameter,
                metadata.OfType<RequestParameter>().FirstOrDefault(
                    each => each.In == ParameterLocation.Path && each.Name == parameter.Name),
                document);
        }
        foreach (var parameter in metadata.OfType<RequestParameter>().Where(each => each.In != ParameterLocation.Path))
        {
            AddParameter(operation, parameter, document);
        }
        if (metadata.OfType<BodyMetadata>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.IsRequired,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [body.MediaType] = new() { Schema = SchemaOf(body, document), Example = BodyExamples.Of(body.Name) },
                },
            };
            foreach (var other in body.OtherTypes)
            {
                var bytes = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
                operation.RequestBody.Content![other] = new() { Schema = bytes };
            }
        }
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(DocumentDescription.BearerScheme, document)] = [] }];
        }
        return Task.CompletedTask;
    }

    private static IOpenApiSchema SchemaOf(BodyMetadata body, OpenApiDocument document)
    {
        var schema = ContractSchemas.Read(body.Schema, document);
        if (body.Name is not { } name) return schema;
        document.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, document);
    }

    private static void DescribeRoute(OpenApiParameter parameter, RequestParameter? own, OpenApiDocument document)
    {
        if (parameter.In != ParameterLocation.Path) return;
        var (description, schema) = own is not null
            ? (own.Description, own.Schema)
            : parameter.Name == "id"
            ? ("The agent's id.", $$"""{"type":"string","pattern":"{{AgentBounds.IdPattern}}"}""")
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
