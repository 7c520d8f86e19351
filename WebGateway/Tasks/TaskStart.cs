using System.Text;
using AgentManagement.Agents;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>Starting a task, whichever it is.</summary>
internal static class TaskStart
{
    /// <summary>The header that makes repeating the request safe.</summary>
    public static readonly RequestParameter Key = RequestParameter.Header(
        WriteConditions.KeyHeader, "Names the request, so that repeating it returns the same task, for as long as that is kept.");

    /// <summary>202 with the task and where it is.</summary>
    public static Task<Results<Accepted<TaskResponse>, Problem>> RunAsync(
        HttpContext http, string body, CurrentCaller caller, CallerGrains grains, TaskCommand command) =>
        RunAsync(WriteConditions.ReadKey(http.Request, Encoding.UTF8.GetBytes(body), caller.Subject), grains, command);

    /// <summary>The same, with the key of the request.</summary>
    public static async Task<Results<Accepted<TaskResponse>, Problem>> RunAsync(
        IdempotencyKey? key, CallerGrains grains, TaskCommand command)
    {
        var id = key is null ? TaskId.New() : TaskId.Of($"key {key.Key}");
        var outcome = await grains.Task(id).StartAsync(command with { Fingerprint = key?.Fingerprint });
        return outcome.IsOk ? TypedResults.Accepted($"/api/v1/tasks/{id}", TaskResponse.Of(outcome.Value)) : Problem.For(outcome);
    }
}
