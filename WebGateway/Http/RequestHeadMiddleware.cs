using System.Text;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// Refuses long addresses and large headers with a problem, for which the server's own limits are set twice as high: it would answer
/// without a body. Refuses dot segments, too, which the server resolves: what is in front of it may have decided by the path as written.
/// </summary>
internal sealed class RequestHeadMiddleware(RequestDelegate next)
{
    private const int MaxAddressBytes = 8 * 1024;
    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxUnreadBytes = 128 * 1024;

    public static void Apply(KestrelServerLimits limits, GatewaySettings settings)
    {
        limits.MaxRequestLineSize = 2 * MaxAddressBytes;
        limits.MaxRequestHeadersTotalSize = 2 * MaxHeaderBytes;
        // A client that is still sending when it is refused hears the answer only if the rest is taken off the wire;
        // RequestBody itself never keeps more than its own limit.
        limits.MaxRequestBodySize = 8 * RequestBody.MaxBytes;
        // The rate is an average since the body's beginning: of one that stops at any point it is too low when the time of what did
        // arrive is over. So no body takes longer than its size allows, and an ordinary one never longer than the timeout.
        limits.MinRequestBodyDataRate = new(RequestBody.MaxBytes / settings.BodyTimeout.TotalSeconds, settings.BodyTimeout);
        // What a connection keeps that nobody reads yet, and that BodyMemory does not know of.
        limits.MaxRequestBufferSize = MaxUnreadBytes;
    }

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HasDotSegments(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
        {
            return Problem.Malformed("invalid_path", "The path must not have the segments '.' or '..'.").ExecuteAsync(context);
        }
        if (request.Path.ToUriComponent().Length + (request.QueryString.Value?.Length ?? 0) > MaxAddressBytes)
        {
            return StatusProblems.Of(StatusCodes.Status414UriTooLong).ExecuteAsync(context);
        }
        if (BytesOf(request.Headers) > MaxHeaderBytes)
        {
            return StatusProblems.Of(StatusCodes.Status431RequestHeaderFieldsTooLarge).ExecuteAsync(context);
        }
        return next(context);
    }

    private static int BytesOf(IHeaderDictionary headers)
    {
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            bytes += name.Length;
            foreach (var value in values) bytes += Encoding.UTF8.GetByteCount(value ?? "");
        }
        return bytes;
    }

    private static bool HasDotSegments(string target)
    {
        // A segment that is made of dots begins with one, as it is or encoded.
        if (!target.Contains("/.", StringComparison.Ordinal) && !target.Contains("/%", StringComparison.Ordinal)) return false;
        var path = target.AsSpan(0, target.AsSpan().IndexOf('?') is var query and >= 0 ? query : target.Length);
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment is ['.' or '%', ..] && Uri.UnescapeDataString(segment) is "." or "..") return true;
        }
        return false;
    }
}
