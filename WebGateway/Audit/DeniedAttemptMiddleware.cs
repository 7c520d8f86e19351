using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Audit;

/// <summary>Notes the requests that were refused to who made them, once they are answered.</summary>
internal sealed class DeniedAttemptMiddleware(RequestDelegate next, DeniedAttemptLog log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Features.Get<Problem>() is { IsAudited: true } refused) log.Note(Describe(context, refused));
    }

    private DeniedAttempt Describe(HttpContext context, Problem refused)
    {
        // A silo of its own answers probes only, and knows no callers.
        var caller = context.RequestServices.GetService<CurrentCaller>()?.Known;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "(none)";
        return log.Make(refused.Code) with
        {
            TenantId = caller?.TenantId,
            Status = refused.Status,
            Operation = $"{context.Request.Method} {route}",
            Subject = caller?.Subject,
            Role = caller?.Role,
            Address = ClientAddress.Of(context),
            CorrelationId = CorrelationId.Of(context),
        };
    }
}
