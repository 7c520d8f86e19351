using AgentManagement.Configuration;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes an operation from its endpoint's metadata: parameters, body, token and problems.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in metadata.OfType<RequestParameter>()) AddParameter(operation, parameter, document);
        var body = metadata.OfType<BodyMetadata>().FirstOrDefault();
        if (body is not null)
        {
            var schema = body.Type == typeof(ContentBody) ? new OpenApiSchemaReference(nameof(AgentContent), document)
                : body.Type == typeof(PatchBody) ? ContractSchemas.Parse("""{"type":"object"}""", document)
                : (IOpenApiSchema)await context.GetOrCreateSchemaAsync(body.Type, null, cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.IsRequired,
                Content = new Dictionary<string, OpenApiMediaType> { [body.MediaType] = new() { Schema = schema } },
            };
        }
        var isWrite = metadata.OfType<RequestParameter>().Any(parameter => parameter.Name == Idempotency.HeaderName);
        if (isWrite) await AddDryRunAsync(operation, context, cancellationToken);
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(DocumentDescription.BearerScheme, document)] = [] }];
        }
        foreach (var status in Problems(metadata, context.Description.RelativePath ?? "", isWrite, body is not null))
        {
            AddProblem(operation, status, document);
        }
    }

    private static void AddParameter(OpenApiOperation operation, RequestParameter parameter, OpenApiDocument document) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = parameter.Name, In = parameter.In, Description = parameter.Description,
            Schema = ContractSchemas.Parse(parameter.Schema, document),
        });

    /// <summary>With dryRun every write answers 200 with another body.</summary>
    private static async Task AddDryRunAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        const string ok = "200";
        var dryRun = await context.GetOrCreateSchemaAsync(typeof(DryRunResponse), null, cancellationToken);
        var answersAgent = context.Description.ActionDescriptor.EndpointMetadata
            .OfType<Microsoft.AspNetCore.Http.Metadata.IProducesResponseTypeMetadata>()
            .Any(each => each.StatusCode == StatusCodes.Status200OK && each.Type == typeof(AgentResponse));
        IOpenApiSchema schema = answersAgent
            ? new OpenApiSchema { OneOf = [await context.GetOrCreateSchemaAsync(typeof(AgentResponse), null, cancellationToken), dryRun] }
            : dryRun;
        operation.Responses ??= [];
        operation.Responses[ok] = new OpenApiResponse
        {
            Description = answersAgent ? "OK; with dryRun, the effect." : "With dryRun: the effect.",
            Content = new Dictionary<string, OpenApiMediaType> { [RequestBody.Json] = new() { Schema = schema } },
        };
    }

    private static IEnumerable<int> Problems(IList<object> metadata, string path, bool isWrite, bool hasBody)
    {
        var isStrict = metadata.OfType<StrictRequest>().Any();
        if (isStrict || hasBody) yield return StatusCodes.Status400BadRequest;
        if (metadata.OfType<RequirePermissionAttribute>().Any())
        {
            yield return StatusCodes.Status401Unauthorized;
            yield return StatusCodes.Status403Forbidden;
        }
        if (path.Contains("{id}", StringComparison.Ordinal)) yield return StatusCodes.Status404NotFound;
        if (isStrict) yield return StatusCodes.Status406NotAcceptable;
        if (isWrite)
        {
            yield return StatusCodes.Status409Conflict;
            yield return StatusCodes.Status412PreconditionFailed;
        }
        if (hasBody)
        {
            yield return StatusCodes.Status413PayloadTooLarge;
            yield return StatusCodes.Status415UnsupportedMediaType;
        }
        if (hasBody || isWrite) yield return StatusCodes.Status422UnprocessableEntity;
        if (isStrict) yield return StatusCodes.Status503ServiceUnavailable;
    }

    private static void AddProblem(OpenApiOperation operation, int status, OpenApiDocument document) =>
        (operation.Responses ??= [])[status.ToString(null as IFormatProvider)] = new OpenApiResponse
        {
            Description = ReasonPhrases.GetReasonPhrase(status),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemBody.ContentType] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        };
}
