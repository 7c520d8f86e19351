using System.Collections.Frozen;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.OpenApi;

/// <summary>Describes what an operation answers, beyond what its typed results say: problems, headers and second bodies.</summary>
internal sealed class AnswerDescription : IOpenApiOperationTransformer
{
    private const string ProblemSchema = "Problem";

    private static readonly string[] RateHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"];

    private static readonly FrozenDictionary<string, string> HeaderTexts = new Dictionary<string, string>
    {
        ["Location"] = "Where it is.",
        ["ETag"] = "Names what the answer holds, for If-Match and If-None-Match.",
        ["Retry-After"] = "Seconds after which it may be tried again.",
        ["RateLimit-Limit"] = "Requests that the tenant may make a minute.",
        ["RateLimit-Remaining"] = "How many of them are left.",
        ["RateLimit-Reset"] = "Seconds until the minute is over.",
        ["RateLimit-Policy"] = "The limit, and its window in seconds.",
    }.ToFrozenDictionary();

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var answers = operation.Responses ??= [];
        foreach (var status in metadata.OfType<IProducesResponseTypeMetadata>().Where(each => each.ContentTypes.Any())
            .GroupBy(each => each.StatusCode))
        {
            answers[Key(status.Key)] = Combine(status, document);
        }
        foreach (var status in Problems(metadata, context.Description)) answers[Key(status)] = Problem(status, document);
        if (answers.TryGetValue("201", out var created)) AddHeaders(created, "Location", "ETag");
        if (answers.TryGetValue("202", out var accepted)) AddHeaders(accepted, "Location");
        if (answers.TryGetValue("412", out var outdated)) AddHeaders(outdated, "ETag");
        foreach (var status in (string[])["429", "503"])
        {
            if (answers.TryGetValue(status, out var later)) AddHeaders(later, "Retry-After");
        }
        if (answers.ContainsKey("304")) AddHeaders(answers["200"], "ETag");
        if (metadata.OfType<RequestLimited>().Any())
        {
            foreach (var (_, answer) in answers.Where(each => each.Key[0] == '2')) AddHeaders(answer, RateHeaders);
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// An operation has several bodies for a status where another media type can be asked for, or a dry run, which
    /// <see cref="DryRunOperations"/> takes out of it.
    /// </summary>
    private static OpenApiResponse Combine(IGrouping<int, IProducesResponseTypeMetadata> status, OpenApiDocument document) => new()
    {
        Description = $"{ReasonPhrases.GetReasonPhrase(status.Key)}.",
        Content = status.SelectMany(each => each.ContentTypes.Select(mediaType => (mediaType, each.Type))).Distinct()
            .GroupBy(each => each.mediaType, each => each.Type)
            // The first is what generators take.
            .OrderBy(bodies => bodies.Key != RequestBody.Json)
            .ToDictionary(bodies => bodies.Key, bodies => new OpenApiMediaType { Schema = SchemaOf([.. bodies], document) }),
    };

    private static IOpenApiSchema SchemaOf(Type?[] types, OpenApiDocument document) => types switch
    {
        [{ IsGenericType: true } list] when list.GetGenericTypeDefinition() == typeof(List<>) => new OpenApiSchema
        {
            Type = JsonSchemaType.Array, Items = SchemaOf(list.GetGenericArguments(), document),
        },
        [{ } type] when type == typeof(string) => new OpenApiSchema { Type = JsonSchemaType.String },
        [{ } type] when type == typeof(object) => new OpenApiSchema { Type = JsonSchemaType.Object },
        [{ } type] => new OpenApiSchemaReference(type.Name, document),
        _ => new OpenApiSchema { OneOf = [.. types.Select(type => SchemaOf([type], document))] },
    };

    private static IEnumerable<int> Problems(IList<object> metadata, Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription description)
    {
        var isStrict = metadata.OfType<StrictRequest>().Any();
        var hasBody = metadata.OfType<BodyMetadata>().Any();
        var isWrite = metadata.OfType<RequestParameter>().Any(parameter => parameter.Name == WriteConditions.KeyHeader);
        var hasConditions = metadata.OfType<RequestParameter>().Any(parameter => parameter.Name == WriteConditions.IfMatch);
        (int Status, bool IsPossible)[] statuses =
        [
            (StatusCodes.Status400BadRequest, isStrict || hasBody),
            (StatusCodes.Status401Unauthorized, metadata.OfType<RequirePermissionAttribute>().Any()),
            (StatusCodes.Status403Forbidden, metadata.OfType<RequirePermissionAttribute>().Any(each => each.Permission is not null)),
            (StatusCodes.Status404NotFound, description.RelativePath?.Contains('{', StringComparison.Ordinal) == true),
            (StatusCodes.Status406NotAcceptable, isStrict && description.HttpMethod != HttpMethods.Delete),
            (StatusCodes.Status408RequestTimeout, hasBody),
            (StatusCodes.Status409Conflict,
                isWrite || metadata.Contains(Forced.Parameter)
                    || description.RelativePath?.Contains("/diff/", StringComparison.Ordinal) == true),
            (StatusCodes.Status412PreconditionFailed, hasConditions),
            (StatusCodes.Status413PayloadTooLarge, hasBody),
            (StatusCodes.Status415UnsupportedMediaType, hasBody),
            (StatusCodes.Status422UnprocessableEntity, hasBody || isWrite),
            (StatusCodes.Status428PreconditionRequired, hasConditions),
            (StatusCodes.Status429TooManyRequests, metadata.OfType<RequestLimited>().Any()),
            (StatusCodes.Status503ServiceUnavailable, isStrict),
        ];
        return statuses.Where(each => each.IsPossible).Select(each => each.Status);
    }

    private static OpenApiResponse Problem(int status, OpenApiDocument document) => new()
    {
        Description = $"{ReasonPhrases.GetReasonPhrase(status)}.",
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemBody.ContentType] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
        },
    };

    private static void AddHeaders(IOpenApiResponse answer, params string[] names)
    {
        if (answer is not OpenApiResponse response) return;
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (var name in names)
        {
            response.Headers[name] = new OpenApiHeader
            {
                Description = HeaderTexts[name], Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
    }

    private static string Key(int status) => status.ToString(null as IFormatProvider);
}
