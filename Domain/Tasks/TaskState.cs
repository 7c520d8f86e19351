using AgentManagement.Access;
using AgentManagement.Json;
using AgentManagement.Tasks;

namespace AgentManagement.Domain.Tasks;

/// <summary>
/// What is stored of a task: a row of the table <c>task </c>, which is the truth about it. The queue only says where to look.
/// </summary>
public sealed record TaskState
{
    public required string TaskId { get; init; }
    public required string Kind { get; init; }
    public string Status { get; init; } = TaskStatusName.Queued;
    public int Done { get; init; }
    public required int Total { get; init; }

    /// <summary>Steps that failed since the last progress.</summary>
    public int Attempts { get; init; }

    public JsonText? Result { get; init; }
    public TaskError? Error { get; init; }
    public string? Fingerprint { get; init; }

    /// <summary>Who asked for it, and as whom it works.</summary>
    public required Caller Caller { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last progress or failure, or when it was queued again.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public bool IsFinished => Status is TaskStatusName.Completed or TaskStatusName.Failed or TaskStatusName.Expired;

    /// <summary>The task as grains hand it out.</summary>
    public TaskInfo ToInfo() => new()
    {
        Id = TaskId, Kind = Kind, Status = Status, Done = Done, Total = Total, Result = Result, Error = Error,
        CreatedAt = CreatedAt, FinishedAt = FinishedAt, Actor = Caller.Subject,
    };
}
