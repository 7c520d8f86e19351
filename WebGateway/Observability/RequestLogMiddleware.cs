using System.Diagnostics;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Observability;

/// <summary>Gives the request its correlation id and log scope, and writes one line when it is done.</summary>
/// <remarks>The line has the route's template: a path or a query can hold what a client should not have put there.</remarks>
internal sealed class RequestLogMiddleware(RequestDelegate next, ILogger<RequestLogMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var scope = new RequestLogScope(CorrelationId.Choose(context.Request));
        context.Features.Set(scope);
        using var _ = logger.BeginScope(scope);
        Activity.Current?.SetTag(TraceContext.CorrelationId, scope.CorrelationId);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            Tell(context, scope, route);
            var milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            logger.LogInformation(
                LogEvents.Request, "{Method} {Route} answered {Status} in {DurationMs} ms",
                context.Request.Method, route, context.Response.StatusCode, milliseconds);
        }
    }

    private static void Tell(HttpContext context, RequestLogScope scope, string route)
    {
        if (scope.TenantId is { } tenantId) RequestMetrics.ByTenant.Count(tenantId);
        if (Activity.Current is not { } activity) return;
        activity.DisplayName = $"{context.Request.Method} {route}";
        activity.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route);
        activity.SetTag("http.response.status_code", context.Response.StatusCode).SetTag(TraceContext.TenantId, scope.TenantId);
    }
}
