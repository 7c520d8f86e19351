using System.Text;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// Refuses long addresses and large headers with a problem. The server itself would answer without a body, so its own
/// limits are set twice as high.
/// </summary>
internal sealed class RequestSizeMiddleware(RequestDelegate next)
{
    private const int MostAddressBytes = 8 * 1024;
    private const int MostHeaderBytes = 32 * 1024;

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 2 * MostAddressBytes;
        limits.MaxRequestHeadersTotalSize = 2 * MostHeaderBytes;
        // A client that is still sending when it is refused hears the answer only if the rest is taken off the wire;
        // RequestBody itself never keeps more than its own limit.
        limits.MaxRequestBodySize = 8 * RequestBody.MostBytes;
    }

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Path.ToUriComponent().Length + (request.QueryString.Value?.Length ?? 0) > MostAddressBytes)
        {
            return StatusProblems.Of(StatusCodes.Status414UriTooLong).ExecuteAsync(context);
        }
        if (request.Headers.Sum(header => header.Key.Length + header.Value.Sum(value => Encoding.UTF8.GetByteCount(value ?? ""))) > MostHeaderBytes)
        {
            return StatusProblems.Of(StatusCodes.Status431RequestHeaderFieldsTooLarge).ExecuteAsync(context);
        }
        return next(context);
    }
}
