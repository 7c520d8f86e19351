using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Audit;

/// <summary>The tenant's change log: who did what, when.</summary>
internal static class AuditApi
{
    private const int ChangesAtOnce = 500;

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit").RequirePermission(Permissions.AuditRead);
        audit.MapGet("/", List).WithName("listChanges").WithMetadata(new OfferedTypes([RequestBody.Json, RequestBody.Lines]));
        audit.MapGet("/days", CountDays).WithName("countChanges");
        audit.MapGet("/verify", AuditVerification.Verify).WithName("verifyChanges");
    }

    /// <summary>Lists changes, newest first; all of them, a line each, when Accept asks for application/x-ndjson.</summary>
    public static async Task<Results<PagesAsLines<ChangeRecord, AuditRecordResponse>, Ok<AuditListResponse>, Problem>> List(
        AuditQuery query, HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var isExport = Accepts.QualityOf(http.Request, RequestBody.Lines) > Accepts.QualityOf(http.Request, RequestBody.Json);
        var changes = isExport ? query.Changes with { Limit = ChangesAtOnce } : query.Changes;
        var first = await grains.Catalog.ListChangesAsync(changes, cancellationToken);
        if (!first.IsOk) return Problem.For(first);
        if (isExport) http.NoteRead("changes_exported");
        return isExport
            ? new PagesAsLines<ChangeRecord, AuditRecordResponse>(
                first.Value, cursor => grains.Catalog.ListChangesAsync(changes with { Cursor = cursor }, cancellationToken),
                AuditRecordResponse.Of)
            : TypedResults.Ok(AuditListResponse.Of(first.Value));
    }

    /// <summary>Counts the changes of each of the last days.</summary>
    public static async Task<Ok<DayCountListResponse>> CountDays(
        DaysQuery query, CallerGrains grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(DayCountListResponse.Of(await grains.Audit.CountChangesAsync(query.Days, cancellationToken)));
}
