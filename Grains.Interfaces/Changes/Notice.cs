using AgentManagement.Json;

namespace AgentManagement.Changes;

/// <summary>
/// Something of a moment that is told to whoever watches just then, such as how far a task is. It is no change: it has no
/// revision and is in no log, and who misses it can ask.
/// </summary>
/// <param name="EventId">Unique.</param>
/// <param name="Event">One of the names below.</param>
/// <param name="At">When.</param>
/// <param name="CorrelationId">Of the request that it goes back to.</param>
/// <param name="Data">An object; which one depends on the event.</param>
[GenerateSerializer, Immutable, Alias("Notice")]
public sealed record Notice(string EventId, string Event, DateTimeOffset At, string CorrelationId, JsonText Data)
{
    public const string TaskStatusUpdate = "task_status_update";
    public const string TaskCompleted = "task_completed";
    public const string TaskFailed = "task_failed";
    public const string TaskExpired = "task_expired";
    public const string MaintenanceScheduled = "maintenance_scheduled";
    public const string ValidationComplete = "validation_complete";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> Events { get; } =
        [TaskStatusUpdate, TaskCompleted, TaskFailed, TaskExpired, MaintenanceScheduled, ValidationComplete];
}
