using System.Globalization;
using AgentManagement.Keys;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.WebGateway.Problems;
using Microsoft.OpenApi;

namespace AgentManagement.WebGateway.Http;

/// <summary>The endpoint's requests must follow <see cref="RequestRulesMiddleware"/>.</summary>
internal sealed class StrictRequest
{
    public static StrictRequest Required { get; } = new();
}

/// <summary>
/// What every request of the API is held to before its handler sees it: ids of the route that can be one, query
/// parameters that the endpoint knows, and media types that it has.
/// </summary>
internal sealed class RequestRulesMiddleware(RequestDelegate next)
{
    private const int MaxNameCharactersShown = 64;

    private static readonly ImmutableArray<string> JsonAlone = [RequestBody.Json];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<StrictRequest>() is null) return next(context);
        var refused = CheckRoute(context.Request.RouteValues, metadata)
            ?? CheckQuery(context.Request, metadata)
            ?? CheckAccept(context.Request, metadata);
        return refused is null ? next(context) : refused.ExecuteAsync(context);
    }

    /// <summary>An id or version number that cannot be one is answered like one that is not there.</summary>
    private static Problem? CheckRoute(RouteValueDictionary values, EndpointMetadataCollection metadata)
    {
        foreach (var (name, value) in values)
        {
            if (CanBe(name, value as string)) continue;
            return metadata.GetMetadata<FlagRoute>() is null
                ? Problem.NotFound : Problem.NotFound with { Flag = FlagError.NotFound(values["id"] as string) };
        }
        return null;
    }

    private static bool CanBe(string name, string? value) => name switch
    {
        "id" => GrainKeys.IsAgentId(value),
        "template" => GrainKeys.IsTemplateId(value),
        "tenant" => GrainKeys.IsTenantId(value),
        "key" => GrainKeys.IsApiKeyId(value),
        "webhook" => GrainKeys.IsWebhookId(value),
        "file" => GrainKeys.IsFileId(value),
        "label" => LabelName.IsOfTenant(value),
        "release" => GrainKeys.IsReleaseId(value),
        "instance" => RuntimeName.Is(value),
        _ => IsVersion(value),
    };

    private static bool IsVersion(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 && text[0] != '0';

    private static Problem? CheckQuery(HttpRequest request, EndpointMetadataCollection metadata)
    {
        if (!request.QueryString.HasValue) return null;
        var parameters = metadata.GetOrderedMetadata<RequestParameter>();
        foreach (var (name, values) in request.Query)
        {
            var parameter = parameters.FirstOrDefault(each => each.In == ParameterLocation.Query && each.Name == name);
            if (parameter is null)
            {
                return Problem.Malformed("unknown_parameter", $"There is no query parameter '{Shorten(name)}' here.");
            }
            if (values.Count > 1 && !parameter.IsRepeatable)
            {
                return Problem.Malformed("invalid_parameter", $"The query parameter '{name}' must come once.");
            }
            // Nothing is not guessed at: it may stand for a variable of a script that was not set.
            if (values.Any(string.IsNullOrEmpty))
            {
                return Problem.Malformed("invalid_parameter", $"The query parameter '{name}' must not be empty; leave it out.");
            }
            if (values.Any(value => value!.Any(char.IsControl)))
            {
                return Problem.Malformed("invalid_parameter", $"The query parameter '{name}' must not hold control characters.");
            }
        }
        return null;
    }

    private static Problem? CheckAccept(HttpRequest request, EndpointMetadataCollection metadata)
    {
        // 204 has nothing to negotiate.
        if (HttpMethods.IsDelete(request.Method)) return null;
        // What most clients send, and then there is nothing to weigh.
        if (request.Headers.Accept is [] or ["*/*"]) return null;
        var offered = metadata.GetMetadata<OfferedTypes>()?.Types ?? JsonAlone;
        if (request.Headers.Accept is [{ } asked] && offered.Contains(asked)) return null;
        return offered.IsEmpty || offered.Any(type => Accepts.QualityOf(request, type) > 0)
            ? null : StatusProblems.Of(StatusCodes.Status406NotAcceptable);
    }

    private static string Shorten(string name) => name.Length <= MaxNameCharactersShown ? name : name[..MaxNameCharactersShown] + "…";
}
