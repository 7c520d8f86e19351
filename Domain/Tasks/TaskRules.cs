using AgentManagement.Json;
using AgentManagement.Tasks;

namespace AgentManagement.Domain.Tasks;

/// <summary>How a task moves: forward with its items, and after failures in growing pauses to its end.</summary>
public static class TaskRules
{
    /// <summary>Between a step that failed and the next attempt; after the last one the task has failed.</summary>
    public static readonly ImmutableArray<TimeSpan> RetryDelays =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(9)];

    /// <summary>The task with more of its items done.</summary>
    /// <exception cref="ArgumentOutOfRangeException">That would be a step back, or beyond the end.</exception>
    public static TaskState Advance(TaskState task, int done, JsonText result, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(done, task.Done);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(done, task.Total);
        var isDone = done == task.Total;
        return task with
        {
            Status = isDone ? TaskStatusName.Completed : TaskStatusName.Running,
            Done = done,
            Result = result,
            Attempts = 0,
            UpdatedAt = now,
            FinishedAt = isDone ? now : null,
        };
    }

    /// <summary>The task after a step that did nothing but fail.</summary>
    public static TaskState Fail(TaskState task, TaskError error, DateTimeOffset now) => task.Attempts < RetryDelays.Length
        ? task with { Status = TaskStatusName.Running, Attempts = task.Attempts + 1, UpdatedAt = now }
        : task with { Status = TaskStatusName.Failed, Attempts = task.Attempts + 1, Error = error, UpdatedAt = now, FinishedAt = now };

    /// <summary>Whether no worker took the task in time.</summary>
    public static bool IsExpired(TaskState task, TimeSpan timeToLive, DateTimeOffset now) =>
        task.Status == TaskStatusName.Queued && now - task.CreatedAt >= timeToLive;

    /// <summary>The task that no worker took.</summary>
    public static TaskState Expire(TaskState task, DateTimeOffset now) => task with
    {
        Status = TaskStatusName.Expired,
        Error = new("expired", "No worker took the task in time; start it again."),
        UpdatedAt = now,
        FinishedAt = now,
    };

    /// <summary>The task whose API key was revoked. What it has done stays.</summary>
    public static TaskState Revoke(TaskState task, DateTimeOffset now) => task with
    {
        Status = TaskStatusName.Failed,
        Error = new("revoked", "The user or the API key that began the task was revoked."),
        UpdatedAt = now,
        FinishedAt = now,
    };

    /// <summary>The task that a worker has taken and that has to wait: it does not expire any more.</summary>
    public static TaskState Take(TaskState task) =>
        task.Status == TaskStatusName.Queued ? task with { Status = TaskStatusName.Running } : task;

    /// <summary>How long until the next attempt; zero when it may be now. Holds whoever asks for the step.</summary>
    public static TimeSpan RetryDelayOf(TaskState task, DateTimeOffset now)
    {
        if (task.IsFinished || task.Attempts == 0) return TimeSpan.Zero;
        var rest = task.UpdatedAt + RetryDelays[task.Attempts - 1] - now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }
}
