using AgentManagement.Json;

namespace AgentManagement.Tasks;

/// <summary>A task, as grains hand it out.</summary>
[GenerateSerializer, Immutable, Alias("TaskInfo")]
public sealed record TaskInfo
{
    [Id(0)] public required string Id { get; init; }

    /// <summary>One of <see cref="TaskKind"/>.</summary>
    [Id(1)] public required string Kind { get; init; }

    /// <summary>One of <see cref="TaskStatusName"/>.</summary>
    [Id(2)] public required string Status { get; init; }

    /// <summary>Items that are done, of <see cref="Total"/>.</summary>
    [Id(3)] public required int Done { get; init; }
    [Id(4)] public required int Total { get; init; }

    /// <summary>What came of the items that are done; its members are the kind's own. Null before the first.</summary>
    [Id(5)] public JsonText? Result { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    [Id(6)] public TaskError? Error { get; init; }

    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it completed or failed.</summary>
    [Id(8)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    [Id(9)] public string Actor { get; init; } = "";
}

/// <summary>Why a task failed.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
[GenerateSerializer, Immutable, Alias("TaskError")]
public sealed record TaskError(string Code, string Message);

/// <summary>What a step of a task came to.</summary>
/// <param name="IsFinished">There is nothing left to do.</param>
/// <param name="Delay">How long to wait before the next step: after a failure, or zero.</param>
/// <param name="Error">Why the task has failed, when it has.</param>
[GenerateSerializer, Immutable, Alias("TaskStep")]
public sealed record TaskStep(bool IsFinished, TimeSpan Delay, TaskError? Error);
