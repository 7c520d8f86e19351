using AgentManagement.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Observability;

namespace AgentManagement.WebGateway.Access;

/// <summary>Names the caller to the grains that the request calls, and to the request's log lines.</summary>
internal sealed class CallerMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, CurrentCaller current)
    {
        // Set here and not where the token is read: what an asynchronous method sets is gone when it returns.
        current.Network = ClientAddress.NetworkOf(context);
        current.SeenFrom(ClientAddress.Of(context));
        Caller.Current = current.Known;
        if (current.Known is { } caller) RequestLogScope.Of(context).TenantId = caller.TenantId;
        await next(context);
    }
}
