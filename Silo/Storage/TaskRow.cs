using AgentManagement.Access;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Storage;

/// <summary>A row of the table of tasks.</summary>
internal sealed class TaskRow
{
    public string TenantId { get; set; } = "";
    public string TaskId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Status { get; set; } = "";
    public int Done { get; set; }
    public int Total { get; set; }
    public int Attempts { get; set; }
    public string? Result { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public string? Fingerprint { get; set; }
    public string Subject { get; set; } = "";
    public string Role { get; set; } = "";
    public string? Tier { get; set; }
    public string? Address { get; set; }

    /// <summary>
    /// The caller's list of permissions, with spaces between them, and the labels that it is narrowed to as label/{name}; null when its
    /// role decides alone.
    /// </summary>
    public string? Granted { get; set; }
    public string CorrelationId { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    public static TaskRow Of(TaskState task) => new()
    {
        TenantId = task.Caller.TenantId, TaskId = task.TaskId, Kind = task.Kind, Status = task.Status, Done = task.Done, Total = task.Total,
        Attempts = task.Attempts, Result = task.Result?.Text, ErrorCode = task.Error?.Code, ErrorMessage = task.Error?.Message,
        Fingerprint = task.Fingerprint, Subject = task.Caller.Subject, Role = task.Caller.Role, Tier = task.Caller.Tier,
        Address = task.Caller.Address, Granted = GrantedOf(task.Caller),
        CorrelationId = task.Caller.CorrelationId, CreatedAt = task.CreatedAt, UpdatedAt = task.UpdatedAt, FinishedAt = task.FinishedAt,
    };

    public TaskState ToState() => new()
    {
        TaskId = TaskId, Kind = Kind, Status = Status, Done = Done, Total = Total, Attempts = Attempts,
        Result = Result is null ? null : new JsonText(Result), Error = ErrorCode is null ? null : new(ErrorCode, ErrorMessage!),
        Fingerprint = Fingerprint, Caller = new Caller(TenantId, Subject, Role, Tier, CorrelationId)
        {
            Address = Address, Granted = ReadGranted(isOfLabels: false), Labels = ReadLabels(),
        },
        CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, FinishedAt = FinishedAt,
    };

    private const string LabelPrefix = "label/";

    private static string? GrantedOf(Caller caller) => caller.Granted is { } granted
        ? string.Join(' ', [.. granted, .. (caller.Labels ?? []).Select(label => LabelPrefix + label)]) : null;

    private ImmutableArray<string>? ReadGranted(bool isOfLabels) => Granted?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { } names
        ? [.. names.Where(name => name.StartsWith(LabelPrefix, StringComparison.Ordinal) == isOfLabels)] : null;

    // Nobody is narrowed to no label.
    private ImmutableArray<string>? ReadLabels() => ReadGranted(isOfLabels: true) is [_, ..] labels
        ? [.. labels.Select(label => label[LabelPrefix.Length..])] : null;
}
