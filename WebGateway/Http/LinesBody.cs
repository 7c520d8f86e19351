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
    public const int MostBytes = 16 * RequestBody.MostBytes;
    private const char ByteOrderMark = '\uFEFF';

    /// <exception cref="RefusedException">400, 413 or 415.</exception>
    public static async ValueTask<LinesBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var bytes = await RequestBody.ReadUtf8Async(context, RequestBody.Lines, MostBytes);
        if (bytes.IsEmpty) throw new RefusedException(Refused.Malformed("body_required", "The request must have a body."));
        // No JSON has it, and PostgreSQL cannot hold it in a text.
        if (bytes.Span.Contains((byte)0)) throw new RefusedException(Refused.Malformed("malformed_json", "The body must not hold U+0000."));
        return new(Encoding.UTF8.GetString(bytes.Span).TrimStart(ByteOrderMark));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new BodyMetadata(RequestBody.Lines, IsRequired: true, new JsonObject { ["type"] = "string" }));
        // The rest of a body that is too large is taken off the wire, as in RequestHeadMiddleware.
        builder.Metadata.Add(new RequestSizeLimitAttribute(2 * MostBytes));
    }
}
