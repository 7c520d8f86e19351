using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>
/// What is stored of a label: its policy, what it has, and the releases that have not ended. As <see cref="AgentState"/>.
/// </summary>
public sealed record LabelState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The number of the last change, of the label or one of its releases. Survives a deletion.</summary>
    public int Version { get; init; }

    /// <summary>The label; null before it is made and after it is deleted.</summary>
    public LabelDocument? Label { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    /// <summary>What the change wrote.</summary>
    [JsonIgnore]
    public LabelWrite? Written { get; init; }

    object? IAggregateState.Content => Written;
}

/// <summary>A label as it is stored.</summary>
public sealed record LabelDocument
{
    public required string Name { get; init; }
    public required int PolicyVersion { get; init; }
    public int Revision { get; init; }
    public required LabelPolicy Policy { get; init; }

    /// <summary>What it has, by agent.</summary>
    public ImmutableDictionary<string, AssignmentDocument> Assignments { get; init; } =
        ImmutableDictionary<string, AssignmentDocument>.Empty;

    /// <summary>The releases that have not ended, oldest first.</summary>
    public ImmutableArray<ReleaseDocument> Releases { get; init; } = [];
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }

    public Label ToLabel() => new()
    {
        Name = Name, Version = PolicyVersion, Revision = Revision, Policy = Policy, Agents = Assignments.Count,
        Unfinished = [.. Releases.Select(release => release.Id)],
        CreatedAt = CreatedAt, CreatedBy = CreatedBy, UpdatedAt = UpdatedAt, UpdatedBy = UpdatedBy,
    };
}

/// <summary>What a label has of one agent, as it is stored.</summary>
public sealed record AssignmentDocument
{
    public int? Stable { get; init; }
    public int? Candidate { get; init; }
    public int Weight { get; init; }

    /// <summary>Drawn for each rollout, so that nobody can choose a key that it reaches.</summary>
    public string? Seed { get; init; }
    public required string Release { get; init; }
    public int? Previous { get; init; }
    public required int Revision { get; init; }

    public Assignment ToAssignment(string agentId) => new(agentId, Stable, Candidate, Weight, Release, Previous, Revision);
}

/// <summary>A release as it is stored.</summary>
public sealed record ReleaseDocument
{
    public required string Id { get; init; }
    public required string Label { get; init; }
    public required string Kind { get; init; }
    public required string Status { get; init; }
    public int? Step { get; init; }
    public required ImmutableArray<ReleaseItem> Items { get; init; }
    public Rollout? Rollout { get; init; }
    public required string PlanHash { get; init; }
    public required string Seed { get; init; }
    public ImmutableArray<string> Authors { get; init; } = [];
    public string? Note { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset? StartAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public ImmutableArray<Gate> Blocked { get; init; } = [];
    public ImmutableArray<Approval> Approvals { get; init; } = [];
    public ImmutableArray<Verdict> Verdicts { get; init; } = [];
    public required int Version { get; init; }
    public int? LabelRevision { get; init; }
    public string? RollbackOf { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the step that holds now was applied, or gone on with.</summary>
    public DateTimeOffset? StepAt { get; init; }

    [JsonIgnore]
    public bool IsFinished => ReleaseStatus.IsFinished(Status);

    public Release ToRelease() => new()
    {
        Id = Id, Label = Label, Kind = Kind, Status = Status, Step = Step, Items = Items, Rollout = Rollout, PlanHash = PlanHash,
        Authors = Authors, Note = Note, Reason = Reason, StartAt = StartAt, ExpiresAt = ExpiresAt, Blocked = Blocked,
        Approvals = Approvals, Verdicts = Verdicts, Version = Version, LabelRevision = LabelRevision, RollbackOf = RollbackOf,
        CreatedAt = CreatedAt, CreatedBy = CreatedBy, UpdatedAt = UpdatedAt, StepAt = StepAt,
    };
}

/// <summary>What one change of a label wrote: the hash of the log covers it.</summary>
/// <param name="Name">The label.</param>
/// <param name="Policy">The policy, where that was set.</param>
/// <param name="IsGone">Whether the label was deleted.</param>
/// <param name="Releases">The releases that were changed, as they are now.</param>
/// <param name="Assignments">What was assigned, by agent; null where the label has no version of the agent any more.</param>
public sealed record LabelWrite(
    string Name, LabelPolicy? Policy, bool IsGone, ImmutableArray<ReleaseDocument> Releases,
    ImmutableSortedDictionary<string, AssignmentDocument?> Assignments);

/// <summary>What of a rollout is no change of the label: how long its step has been watched. Written while it runs, in no log.</summary>
public sealed record RolloutWatch
{
    /// <summary>By release.</summary>
    public ImmutableDictionary<string, WatchedStep> Steps { get; init; } = ImmutableDictionary<string, WatchedStep>.Empty;
}

/// <param name="StepAt">Of the step that is watched, as <see cref="ReleaseDocument.StepAt"/>.</param>
/// <param name="Watched">For how long, without the time in which nobody watched.</param>
public sealed record WatchedStep(DateTimeOffset StepAt, TimeSpan Watched);
