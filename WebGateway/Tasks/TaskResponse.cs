using System.Text.Json.Serialization;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>A task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">import, revalidate, purge, tools, files …</param>
/// <param name="Status">queued, running, completed or failed.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Result">What came of it so far; null before the first item. See docs/tasks.md.</param>
/// <param name="Error">Why it failed; null unless it did.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it completed or failed; null before.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Report">What was made of the files of an import with a format; only in the answer to it.</param>
internal sealed record TaskResponse(
    string Id, string Kind, string Status, ProgressResponse Progress, JsonText? Result, TaskErrorResponse? Error,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, string Actor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImportReportResponse? Report = null)
{
    public static TaskResponse Of(TaskInfo task) => new(
        task.Id, task.Kind, task.Status, new(task.Done, task.Total), task.Result,
        task.Error is { } error ? new(error.Code, error.Message) : null, task.CreatedAt, task.FinishedAt, task.Actor);
}

/// <summary>How far a task is.</summary>
/// <param name="Done">Items that are done.</param>
/// <param name="Total">All items.</param>
internal sealed record ProgressResponse(int Done, int Total);

/// <summary>Why a task failed.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
internal sealed record TaskErrorResponse(string Code, string Message);

/// <summary>A page of the tenant's tasks.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record TaskListResponse(ImmutableArray<TaskResponse> Items, string? NextCursor)
{
    public static TaskListResponse Of(Page<TaskInfo> page) => new([.. page.Items.Select(TaskResponse.Of)], page.NextCursor);
}
