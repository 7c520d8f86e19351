using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Audit;

/// <summary>What was read out: exports, files, and links to them.</summary>
internal static class AuditReads
{
    public static void MapAuditReads(this IEndpointRouteBuilder api) =>
        api.MapGroup("/audit/reads").WithTags("Audit").RequirePermission(Permissions.AuditRead).MapGet("/", List).WithName("listReads");

    /// <summary>
    /// Lists what was read out of the tenant, newest first, of the last 30 days: exports, downloads, links to files and their use. Of many
    /// a part of each minute, with the count of the rest.
    /// </summary>
    public static async Task<Results<Ok<AuditReadListResponse>, Problem>> List(
        PageQuery query, CallerGrains grains, CancellationToken cancellationToken)
    {
        var page = await grains.Audit.ListReadsAsync(query.Cursor, query.Limit, cancellationToken);
        return page.IsOk ? TypedResults.Ok(AuditReadListResponse.Of(page.Value)) : Problem.For(page);
    }

    /// <summary>Notes that something is read out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="code">What: a word that stays.</param>
    /// <param name="tenantId">Whose it is, where nobody's token says so.</param>
    public static void NoteRead(this HttpContext context, string code, string? tenantId = null)
    {
        var log = context.RequestServices.GetRequiredService<DeniedAttemptLog>();
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "(none)";
        // Its form was looked at, and nothing else of the path.
        if (context.Request.RouteValues["file"] is string file && GrainKeys.IsFileId(file))
        {
            route = route.Replace("{file}", file, StringComparison.Ordinal);
        }
        var scope = RequestLogScope.Of(context);
        var caller = scope.Caller?.Known;
        log.Note(log.MakeRead(code) with
        {
            TenantId = tenantId ?? caller?.TenantId,
            Operation = $"{context.Request.Method} {route}",
            Subject = tenantId is null ? caller?.Subject : null,
            Role = tenantId is null ? caller?.Role : null,
            Address = ClientAddress.Of(context).Address,
            CorrelationId = scope.CorrelationId,
        });
    }
}

/// <summary>A page of what was read out, newest first.</summary>
/// <param name="Items">What was read.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record AuditReadListResponse(ImmutableArray<AuditReadResponse> Items, string? NextCursor)
{
    public static AuditReadListResponse Of(Page<DeniedAttempt> page) => new([.. page.Items.Select(AuditReadResponse.Of)], page.NextCursor);
}

/// <summary>Something that was read out.</summary>
/// <param name="Id">Unique; rises with the time.</param>
/// <param name="At">When; of those left out, the beginning of their minute.</param>
/// <param name="Code">agents_exported, changes_exported, file_downloaded, file_link_made, file_link_used; <c>omitted</c> for those of a
/// minute that were left out.</param>
/// <param name="Operation">Method and route, with the id of the file.</param>
/// <param name="Subject">Who; null for who used a link.</param>
/// <param name="Role">In which role.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="CorrelationId">Finds it in the logs.</param>
/// <param name="Count">1, or how many were left out.</param>
internal sealed record AuditReadResponse(
    string Id, DateTimeOffset At, string Code, string Operation, string? Subject, string? Role, string? Address, string? CorrelationId,
    long Count)
{
    public static AuditReadResponse Of(DeniedAttempt read) => new(
        read.Id, read.At, read.Code, read.Operation, read.Subject, read.Role, read.Address, read.CorrelationId, read.Count);
}
