using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>What is done for the tenant in the background.</summary>
internal static class TaskApi
{
    private static readonly RequestParameter Id = RequestParameter.Path(
        "id", "The task's id.", """{"type":"string","pattern":"^[0-9a-f]{32}$"}""");

    public static void MapTasks(this IEndpointRouteBuilder api)
    {
        var tasks = api.MapGroup("/tasks").WithTags("Tasks").RequirePermission(Permissions.AgentsRead);
        tasks.MapGet("/", List).WithName("listTasks");
        tasks.MapGet("/{id}", Get).WithName("getTask").WithMetadata(Id);
        tasks.MapPost("/{id}/undo", Undo).WithName("undoTask").RequirePermission(Permissions.AgentsWrite).WithMetadata(Id, TaskStart.Key);
        tasks.MapPost("/", Start).WithName("startTask").RequirePermission(Permissions.AgentsWrite).WithMetadata(TaskStart.Key);
    }

    /// <summary>Lists the tenant's tasks, newest first.</summary>
    public static async Task<Results<Ok<TaskListResponse>, Problem>> List(
        PageQuery page, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.ListTasksAsync(page.Cursor, page.Limit, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(TaskListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Reads how a task stands, and in the end its result. After REDIS_QUEUE_TTL seconds it is gone.</summary>
    public static async Task<Results<Ok<TaskResponse>, Problem>> Get(string id, CallerGrains grains)
    {
        if (!GrainKeys.IsTaskId(id)) return Problem.NotFound;
        var outcome = await grains.Task(id).GetAsync();
        return outcome.IsOk ? TypedResults.Ok(TaskResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>
    /// Starts a task that undoes an upgrade: agents that were not edited since are rolled back. It can be undone after the upgrade's own
    /// task is gone, too.
    /// </summary>
    public static async Task<Results<Accepted<TaskResponse>,
    Problem>> Undo(string id, HttpContext http, CurrentCaller caller, CallerGrains grains) =>
        GrainKeys.IsTaskId(id) ? await TaskStart.RunAsync(http, "{}", caller, grains, new UndoUpgrade(id)) : Problem.NotFound;

    /// <summary>Starts a task of a kind that takes no data. A purge and the collection of files are for administrators.</summary>
    public static async Task<Results<Accepted<TaskResponse>, Problem>> Start(
        Body<StartTaskRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        TaskCommand command = body.Value.Kind switch
        {
            TaskKind.Purge => new PurgeExpiredAgents(),
            TaskKind.Tools => new CheckTools(),
            TaskKind.Files => new CollectFiles(),
            _ => new RevalidateAgents(),
        };
        if (command is PurgeExpiredAgents or CollectFiles && !caller.May(Permissions.AgentsPurge))
        {
            return AccessProblems.MissingPermission(Permissions.AgentsPurge);
        }
        return await TaskStart.RunAsync(http, body.Text.Text, caller, grains, command);
    }
}
