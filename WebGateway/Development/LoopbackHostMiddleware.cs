using System.Net;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Development;

/// <summary>
/// Development hands out tokens to whoever asks: it is served under the names of this machine only, so that no page of another name that
/// was made to lead here (DNS rebinding) is answered. Addresses are no names, and are served.
/// </summary>
internal sealed class LoopbackHostMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => IsServed(context.Request.Host.Host) ? next(context)
        : new Problem(StatusCodes.Status421MisdirectedRequest, "host_not_served",
            "In development the service answers to localhost and to addresses only.").ExecuteAsync(context);

    private static bool IsServed(string host) => host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);
}
