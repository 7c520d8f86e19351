using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace AgentManagement.WebGateway.Http;

/// <summary>A body of NDJSON, as a handler's parameter. Its lines are looked at later: a bad one must not stop the others.</summary>
internal sealed record LinesBody(string Text) : IBindableFromHttpContext<LinesBody>, IEndpointParameterMetadataProvider
{
    /// <summary>Most bytes of such a body.</summary>
    public const int MaxBytes = 16 * RequestBody.MaxBytes;
    private const char ByteOrderMark = '\uFEFF';

    /// <exception cref="ProblemException">400, 413 or 415.</exception>
    public static async ValueTask<LinesBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var bytes = await RequestBody.ReadUtf8Async(context, RequestBody.Lines, MaxBytes);
        if (bytes.IsEmpty) throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        // No JSON has it, and PostgreSQL cannot hold it in a text.
        if (bytes.Span.Contains((byte)0)) throw new ProblemException(Problem.Malformed("malformed_json", "The body must not hold U+0000."));
        return new(Encoding.UTF8.GetString(bytes.Span).TrimStart(ByteOrderMark));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new BodyMetadata(RequestBody.Lines, IsRequired: true, new JsonObject { ["type"] = "string" }));
        // The rest of a body that is too large is taken off the wire, as in RequestHeadMiddleware.
        builder.Metadata.Add(new RequestSizeLimitAttribute(2 * MaxBytes));
    }
}
