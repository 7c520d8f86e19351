using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Observability;

/// <summary>Gives the request its correlation id and log scope, and writes one line when it is done.</summary>
/// <remarks>The line has the route's template: a path or a query can hold what a client should not have put there.</remarks>
internal sealed class RequestLogMiddleware(RequestDelegate next, ILogger<RequestLogMiddleware> logger, DeniedAttemptLog denied)
{
    private static readonly Counter<long> TenantRequests = ServiceMeter.Meter.CreateCounter<long>(
        $"{ServiceMeter.ByTenant}requests", "{request}", "Requests with a valid token, by tenant.");

    public async Task InvokeAsync(HttpContext context)
    {
        var scope = new RequestLogScope(CorrelationId.Choose(context.Request));
        context.Features.Set(scope);
        using var _ = logger.BeginScope(scope);
        var activity = Activity.Current;
        activity?.SetTag(TraceTags.CorrelationId, scope.CorrelationId);
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            if (scope.TenantId is { } tenantId)
            {
                TenantRequests.Add(1, new KeyValuePair<string, object?>(ServiceMeter.Tenant, tenantId));
                activity?.SetTag(TraceTags.TenantId, tenantId);
            }
            var milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1);
            var line = new RequestLine(context.Request.Method, route, context.Response.StatusCode, milliseconds);
            logger.Log(LogLevel.Information, LogEvents.Request, line, null, RequestLine.Formatter);
            denied.NoteRefusal(context, scope);
        }
    }
}
