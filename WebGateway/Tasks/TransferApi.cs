using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>The tenant's agents out as lines, and in again.</summary>
internal static class TransferApi
{
    // Each has up to a mebibyte.
    private const int AgentsAtOnce = 20;

    public static void MapTransfer(this IEndpointRouteBuilder api)
    {
        var transfer = api.MapGroup("").WithTags("Transfer").RequirePermission(Permissions.AgentsRead);
        transfer.MapGet("/export", Export).WithName("exportAgents").WithMetadata(new OfferedTypes([RequestBody.Lines]));
        transfer.MapPost("/import", Import).WithName("importAgents").RequirePermission(Permissions.AgentsWrite).WithMetadata(TaskStart.Key);
    }

    /// <summary>Writes all agents but the archived, a line of JSON each, in the order of their ids.</summary>
    public static async Task<Results<PagesAsLines<Agent, ExportLine>, Refused>> Export(CallerGrains grains)
    {
        var first = await ReadAsync(null);
        return first.IsOk ? new PagesAsLines<Agent, ExportLine>(first.Value!, ReadAsync, ExportLine.Of) : Refused.For(first);

        Task<Outcome<Page<Agent>>> ReadAsync(string? cursor) =>
            grains.CatalogAsync(catalog => catalog.ExportAgentsAsync(cursor, AgentsAtOnce));
    }

    /// <summary>Starts a task that makes or replaces an agent for each line, as the export writes them. New ones are drafts.</summary>
    public static Task<Results<Accepted<TaskResponse>, Refused>> Import(LinesBody body, HttpContext http, CurrentCaller caller, CallerGrains grains) =>
        TaskStart.RunAsync(http, body.Text, caller, grains, new ImportAgents(body.Text));
}
