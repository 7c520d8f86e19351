using AgentManagement.Access;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Runtimes;

/// <summary>Who runs which versions of the tenant's agents: runtimes say it, people read it.</summary>
internal static class RuntimeApi
{
    private static readonly RequestParameter Instance = RequestParameter.Path(
        "instance", "The runtime's name, the same as long as it lives.", $$"""{"type":"string","pattern":"{{RuntimeName.Pattern}}"}""");

    private static readonly QueryParameter<string?> LabelFilter = QueryParameter.Text("label", "Runtimes of this label only.", 63);

    private static readonly QueryParameter<DateTimeOffset?> At = QueryParameter.Time("at", "Who ran it at this time; now when absent.");

    public static void MapRuntimes(this IEndpointRouteBuilder api)
    {
        var runtimes = api.MapGroup("/runtimes").WithTags("Runtimes").RequirePermission(Permissions.RuntimesRead);
        runtimes.MapGet("/", List).WithName("listRuntimes").WithMetadata(LabelFilter);
        runtimes.MapGet("/{instance}", Get).WithName("getRuntime").WithMetadata(Instance);
        api.MapGet("/agents/{id}/applied", ListApplied).WithName("listApplied").WithTags("Runtimes")
            .RequirePermission(Permissions.RuntimesRead).WithMetadata(At);
    }

    /// <summary>For the services themselves, beside what they read.</summary>
    public static void MapRuntimeReports(this IEndpointRouteBuilder tenant)
    {
        var runtime = tenant.MapGroup("/runtimes/{instance}").RequirePermission(Permissions.RuntimesReport).WithMetadata(Instance);
        runtime.MapPut("/", Report).WithName("reportRuntime");
        runtime.MapDelete("/", End).WithName("endRuntime");
    }

    /// <summary>Lists the runtimes that report, and those that fell silent within the last day.</summary>
    public static async Task<Ok<RuntimeListResponse>> List(HttpContext http, CallerGrains grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RuntimeListResponse(
            [.. (await grains.Runtimes.ListAsync(LabelFilter.Read(http), cancellationToken)).Select(RuntimeResponse.Of)]));

    /// <summary>Reads a runtime, with the versions that it runs.</summary>
    public static async Task<Results<Ok<RuntimeDetailResponse>, Problem>> Get(
        string instance, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Runtimes.GetAsync(instance, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(RuntimeDetailResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Lists who runs, or at a time ran, which versions of an agent.</summary>
    public static async Task<Results<Ok<AppliedListResponse>, Problem>> ListApplied(
        string id, HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var applied = await grains.Runtimes.ListAppliedAsync(id, At.Read(http), cancellationToken);
        // Who ran an agent that is gone can still be asked.
        if (applied.IsEmpty && await grains.Agent(id).GetAsync() is { IsOk: false } refused) return Problem.For(refused);
        return TypedResults.Ok(new AppliedListResponse([.. applied.Select(AppliedResponse.Of)]));
    }

    /// <summary>
    /// Says what a runtime runs, all of it each time. It holds for a minute, so it is to be said every 20 seconds; who has not said it for
    /// a minute, and not ended, is told of as silent. Versions that somebody runs are kept.
    /// </summary>
    public static async Task<Results<Ok<RuntimeLeaseResponse>, Problem>> Report(
        string tenant, string instance, Body<RuntimeReportRequest> body, CurrentCaller caller, CallerGrains grains)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        var outcome = await grains.Runtimes.ReportAsync(body.Value.ToReport(instance));
        return outcome.IsOk ? TypedResults.Ok(new RuntimeLeaseResponse(outcome.Value.Until)) : Problem.For(outcome);
    }

    /// <summary>Says that a runtime ends: it is no silent one.</summary>
    public static async Task<Results<NoContent, Problem>> End(string tenant, string instance, CurrentCaller caller, CallerGrains grains)
    {
        if (caller.TenantId != tenant) return Problem.NotFound;
        var outcome = await grains.Runtimes.EndAsync(instance);
        return outcome.IsOk ? TypedResults.NoContent() : Problem.For(outcome);
    }
}
