namespace AgentManagement.WebGateway.Problems;

/// <summary>The refusals that the server and the framework decide by status alone.</summary>
internal static class StatusProblems
{
    public static Problem Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => new(status, "bad_request", "The request is not valid HTTP."),
        StatusCodes.Status401Unauthorized => new(status, "unauthenticated", "A valid bearer token is required."),
        StatusCodes.Status403Forbidden => new(status, "permission_denied", "The caller lacks a permission."),
        StatusCodes.Status404NotFound => Problem.NotFound,
        StatusCodes.Status405MethodNotAllowed =>
            new(status, "method_not_allowed", "The resource does not have this method; see the Allow header."),
        StatusCodes.Status406NotAcceptable => new(status, "not_acceptable", "The resource has none of the media types that Accept names."),
        StatusCodes.Status408RequestTimeout => new(status, "request_timeout", "The request did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge => new(status, "body_too_large", "The body has more than 1 MiB."),
        StatusCodes.Status414UriTooLong => new(status, "uri_too_long", "Path and query are too long."),
        StatusCodes.Status415UnsupportedMediaType =>
            new(status, "unsupported_media_type", "The resource does not take a body of this media type."),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(status, "headers_too_large", "The headers are too large."),
        StatusCodes.Status503ServiceUnavailable => new(status, "service_unavailable", "The service cannot answer now; try again."),
        >= StatusCodes.Status500InternalServerError => new(status, "internal_error", "The request could not be answered."),
        _ => new(status, "refused", "The request was refused."),
    };

    /// <summary>415, with the media type that the resource takes.</summary>
    public static Problem UnsupportedMediaType(string accepted) => Of(StatusCodes.Status415UnsupportedMediaType) with
    {
        Detail = $"Content-Type must be {accepted}, with no charset but UTF-8.",
        AcceptedType = accepted,
    };
}
