using System.Reflection;
using System.Text.Json.Nodes;
using AgentManagement.Files;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Files;

/// <summary>A file on its way in, as a handler's parameter. Its body is not read yet.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="MediaType">Type and subtype, in lower case.</param>
/// <param name="Announced">How many bytes the client says there are; null when it does not say.</param>
/// <param name="Digest">SHA-256 that the client says they have; null when it does not say.</param>
/// <param name="Content">The bytes.</param>
internal sealed record FileUpload(string Name, string MediaType, long? Announced, byte[]? Digest, Stream Content)
    : IBindableFromHttpContext<FileUpload>, IEndpointParameterMetadataProvider
{
    private const string DigestHeader = "Content-Digest";
    private const int DigestBytes = 32;
    private const int MaxTypeCharacters = 127;
    private const string DigestStart = "sha-256=:";

    private static readonly QueryParameter<string?> FileNameParameter =
        QueryParameter.Text("name", "What the file is called.", FileName.MaxCharacters);

    /// <exception cref="ProblemException">400 or 415.</exception>
    public static ValueTask<FileUpload?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var request = context.Request;
        var name = FileNameParameter.Read(context);
        if (name is null || !FileName.IsOne(name)) throw FileNameParameter.Refuse(FileName.Rule);
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        }
        RequestBody.RefuseEncoded(context);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType.Length > MaxTypeCharacters
            || type.MatchesAllTypes || type.MatchesAllSubTypes)
        {
            throw new ProblemException(StatusProblems.Of(StatusCodes.Status415UnsupportedMediaType) with
            {
                Detail = "Content-Type must be the one media type of the file, such as application/pdf.",
            });
        }
        return ValueTask.FromResult<FileUpload?>(new(
            name, type.MediaType.ToString().ToLowerInvariant(), request.ContentLength, ReadDigest(request), request.Body));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(FileNameParameter);
        builder.Metadata.Add(RequestParameter.Header(DigestHeader, "SHA-256 of the bytes (RFC 9530): what arrives otherwise is refused."));
        builder.Metadata.Add(new BodyMetadata(
            "*/*", IsRequired: true, new JsonObject { ["type"] = "string", ["format"] = "binary" })
        { IsStreamed = true });
        builder.Metadata.Add(PlacesApart.Uploads);
        // The tier's own limit is counted on the way.
        builder.Metadata.Add(new DisableRequestSizeLimitAttribute());
    }

    private static byte[]? ReadDigest(HttpRequest request)
    {
        if (request.Headers[DigestHeader] is not { Count: > 0 } header) return null;
        // Other algorithms than this one may stand beside it, and are nobody's business here.
        var member = header.SelectMany(value => value!.Split(',')).Select(value => value.Trim())
            .FirstOrDefault(value => value.StartsWith(DigestStart, StringComparison.Ordinal) && value.EndsWith(':'));
        var digest = new byte[DigestBytes];
        return member is not null && Convert.TryFromBase64String(member[DigestStart.Length..^1], digest, out var length)
            && length == DigestBytes
            ? digest
            : throw new ProblemException(Problem.Malformed("invalid_header", $"{DigestHeader} must hold sha-256, as in RFC 9530."));
    }
}
