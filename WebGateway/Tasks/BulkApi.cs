using AgentManagement.Access;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>The same for many agents.</summary>
internal static class BulkApi
{
    public static void MapBulk(this IEndpointRouteBuilder api) =>
        api.MapPost("/agents/bulk", Start).WithName("changeAgents").WithTags("Agents")
            .RequirePermission(Permissions.AgentsRead).RequirePermission(Permissions.AgentsWrite)
            .WithMetadata(TaskStart.Key, WriteConditions.DryRun);

    /// <summary>
    /// Starts a task that does the same with many agents: with those of a list of ids, or those that a filter finds. Its result says of
    /// each what came of it. An action asks the permission that it asks of one agent.
    /// </summary>
    public static async Task<Results<Accepted<TaskResponse>, Problem>> Start(
        Body<BulkRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var request = body.Value;
        var (command, permission) = request.Action switch
        {
            BulkRequest.Activate => (new ActivateAgents(), Permissions.AgentsActivate),
            BulkRequest.Deactivate => (new DeactivateAgents(), Permissions.AgentsActivate),
            BulkRequest.Archive => (new ArchiveAgents(), Permissions.AgentsDelete),
            BulkRequest.Restore => (new RestoreAgents(), Permissions.AgentsDelete),
            _ => ((BulkCommand)new PatchAgents(request.Patch!.Value), Permissions.AgentsWrite),
        };
        if (!caller.May(permission)) return AccessProblems.MissingPermission(permission);
        return await TaskStart.RunAsync(http, body.Text.Text, caller, grains, command with
        {
            Ids = request.Ids is { } ids ? [.. ids] : [],
            Filter = request.Filter?.ToQuery(),
            Note = request.Note,
            DryRun = WriteConditions.DryRun.Read(http),
        });
    }
}
