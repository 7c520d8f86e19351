using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Tasks;

namespace AgentManagement.Grains.Tasks;

/// <summary>Tells those who watch the tenant how a task goes on.</summary>
internal sealed class TaskNotices(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private long? _lastPublished;

    /// <summary>Tells progress, but not more often than anybody can follow, and always the end. Nobody waits for it.</summary>
    public void Publish(TaskState task, IGrainFactory grains)
    {
        if (!task.IsFinished && _lastPublished is { } last && time.GetElapsedTime(last) < Interval) return;
        _lastPublished = time.GetTimestamp();
        var feed = grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(task.Caller.TenantId));
        var name = task.Status switch
        {
            TaskStatusName.Completed => Notice.TaskCompleted,
            TaskStatusName.Failed => Notice.TaskFailed,
            TaskStatusName.Expired => Notice.TaskExpired,
            _ => Notice.TaskStatusUpdate,
        };
        _ = SendAsync(
            feed, Make(name, task, new TaskEventData(task.TaskId, task.Kind, task.Status, task.Done, task.Total, task.Error?.Code)));
        if (task is { Status: TaskStatusName.Completed, Kind: TaskKind.Revalidate, Result: { } result })
        {
            _ = SendAsync(feed, Make(Notice.ValidationComplete, task, new ValidationEventData(task.TaskId, result)));
        }
    }

    private static async Task SendAsync(IFeedGrain feed, Notice notice)
    {
        try
        {
            await feed.AnnounceAsync(notice);
        }
        catch (Exception)
        {
            // A notice is of the moment: who misses it asks for the task.
        }
    }

    private static Notice Make<T>(string name, TaskState task, T data) => new(
        Guid.CreateVersion7().ToString("n"), name, task.UpdatedAt, task.Caller.CorrelationId, new JsonText(JsonSerializer.Serialize(data)));
}

/// <summary>What an event of a task says, in the names of the ecosystem.</summary>
internal sealed record TaskEventData(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("done")] int Done,
    [property: JsonPropertyName("total")] int Total,
    [property: JsonPropertyName("error")] string? ErrorCode);

/// <summary>What the event at the end of a revalidation says.</summary>
internal sealed record ValidationEventData(
    [property: JsonPropertyName("task_id")] string TaskId,
    [property: JsonPropertyName("result")] JsonText Result);
