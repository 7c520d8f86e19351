using AgentManagement.Access;
using AgentManagement.Audit;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Audit;

/// <summary>Who was refused what.</summary>
internal static class DeniedAttemptApi
{
    public static void MapDeniedAttempts(this IEndpointRouteBuilder api)
    {
        var refusals = api.MapGroup("/audit/refusals").WithTags("Audit").RequirePermission(Permissions.RefusalsRead);
        refusals.MapGet("/", List).WithName("listRefusals");
        refusals.MapGet("/days", CountDays).WithName("countRefusals");
    }

    /// <summary>
    /// Lists attempts with a token of the tenant that were refused, newest first, of the last 30 days; to the platform's
    /// administrators those without a valid token. Of a flood a part of each minute, with the count of the rest.
    /// </summary>
    public static async Task<Results<Ok<DeniedAttemptListResponse>, Problem>> List(
        PageQuery query, CurrentCaller caller, CallerGrains grains, PlatformGrains platform, CancellationToken cancellationToken)
    {
        var page = caller.May(Permissions.TenantsManage)
            ? await platform.Platform.ListDeniedAttemptsAsync(query.Cursor, query.Limit, cancellationToken)
            : await grains.Audit.ListDeniedAttemptsAsync(query.Cursor, query.Limit, cancellationToken);
        return page.IsOk ? TypedResults.Ok(DeniedAttemptListResponse.Of(page.Value)) : Problem.For(page);
    }

    /// <summary>Counts the refusals of each of the last days, of which 30 are kept, with those that the list leaves out.</summary>
    public static async Task<Ok<DayCountListResponse>> CountDays(
        DaysQuery query, CurrentCaller caller, CallerGrains grains, PlatformGrains platform, CancellationToken cancellationToken) =>
        TypedResults.Ok(DayCountListResponse.Of(caller.May(Permissions.TenantsManage)
            ? await platform.Platform.CountDeniedAttemptsAsync(query.Days, cancellationToken)
            : await grains.Audit.CountDeniedAttemptsAsync(query.Days, cancellationToken)));
}

/// <summary>A page of refusals, newest first.</summary>
/// <param name="Items">The refusals.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record DeniedAttemptListResponse(ImmutableArray<DeniedAttemptResponse> Items, string? NextCursor)
{
    public static DeniedAttemptListResponse Of(Page<DeniedAttempt> page) =>
        new([.. page.Items.Select(DeniedAttemptResponse.Of)], page.NextCursor);
}

/// <summary>An attempt that was refused.</summary>
/// <param name="Id">Unique; rises with the time.</param>
/// <param name="At">When; of those left out, the beginning of their minute.</param>
/// <param name="Status">The HTTP status; 0 for calls that were not HTTP.</param>
/// <param name="Code">The code of the problem that was answered; <c>omitted</c> for those of a minute that were left out.</param>
/// <param name="Operation">Method and route, or the grain's method.</param>
/// <param name="Subject">Whose token was shown; null without a valid one.</param>
/// <param name="Role">In which role.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="CorrelationId">Finds it in the logs.</param>
/// <param name="Count">1, or how many were left out.</param>
internal sealed record DeniedAttemptResponse(
    string Id, DateTimeOffset At, int Status, string Code, string Operation, string? Subject, string? Role, string? Address,
    string? CorrelationId, long Count)
{
    public static DeniedAttemptResponse Of(DeniedAttempt refusal) => new(
        refusal.Id, refusal.At, refusal.Status, refusal.Code, refusal.Operation, refusal.Subject, refusal.Role, refusal.Address,
        refusal.CorrelationId, refusal.Count);
}
