using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tasks;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>A job that keeps its result as <typeparamref name="TResult"/> while it goes from item to item.</summary>
internal abstract class TaskJob<TResult>(ILogger logger) : ITaskJob where TResult : new()
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public abstract string Kind { get; }

    public abstract Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command);

    public virtual JsonText? Begin(TaskCommand command) => null;

    protected static JsonText ToText(TResult result) => new(JsonSerializer.Serialize(result, Json));

    /// <summary>Does one item; returns the result with it.</summary>
    protected abstract Task<TResult> DoAsync(TaskItem item, TResult result);

    public async Task<TaskWork> RunAsync(TaskState task, IReadOnlyList<string> lines, Func<int, bool> isEnough)
    {
        var result = task.Result is { } text ? JsonSerializer.Deserialize<TResult>(text.Text, Json)! : new();
        var done = task.Done;
        try
        {
            for (; done - task.Done < lines.Count && (done == task.Done || !isEnough(done - task.Done)); done++)
            {
                result = await DoAsync(new(task, done + 1, lines[done - task.Done]), result);
            }
        }
        catch (Exception exception) when (done > task.Done)
        {
            // What is done counts; the next step meets the failure first, and tells it.
            logger.LogDebug(LogEvents.TaskStepCanceled, exception, "The step of a task ends at item {Item}", done + 1);
        }
        return new(done, ToText(result));
    }
}
