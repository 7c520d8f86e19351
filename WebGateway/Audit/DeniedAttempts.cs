using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Audit;

/// <summary>Notes the requests that were refused to who made them, once they are answered.</summary>
internal static class DeniedAttempts
{
    public static void NoteRefusal(this DeniedAttemptLog log, HttpContext context, RequestLogScope request)
    {
        if (request.Problem is { IsAudited: true } refused) log.Note(Describe(log, context, request, refused));
    }

    private static DeniedAttempt Describe(DeniedAttemptLog log, HttpContext context, RequestLogScope request, Problem refused)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "(none)";
        var caller = request.Caller;
        return log.Make(refused.Code) with
        {
            TenantId = caller?.Known?.TenantId,
            Status = refused.Status,
            Operation = $"{context.Request.Method} {route}",
            Subject = caller?.Known?.Subject,
            Role = caller?.Known?.Role,
            Address = Http.ClientAddress.Of(context).Address,
            CorrelationId = request.CorrelationId,
        };
    }
}
