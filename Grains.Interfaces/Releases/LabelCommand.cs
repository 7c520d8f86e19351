using AgentManagement.Access;
using AgentManagement.Agents;

namespace AgentManagement.Releases;

/// <summary>A change that somebody asks of a label or of one of its releases.</summary>
[GenerateSerializer, Immutable, Alias("LabelCommand")]
public abstract record LabelCommand : ICommand
{
    /// <summary>Under which conditions and how the change is to be made.</summary>
    [Id(0)] public WriteOptions Options { get; init; } = WriteOptions.None;

    bool ICommand.IsSafeToRetry => Options.IsSafeToRetry;
}

/// <summary>Makes a label, or sets its policy.</summary>
[GenerateSerializer, Immutable, Alias("SetLabel"), Requires(Permissions.LabelsManage)]
public sealed record SetLabel(LabelPolicy Policy) : LabelCommand;

/// <summary>Removes a label.</summary>
[GenerateSerializer, Immutable, Alias("DeleteLabel"), Requires(Permissions.LabelsManage)]
public sealed record DeleteLabel : LabelCommand
{
    /// <summary>Also when it has versions of agents, which nobody has from it then.</summary>
    [Id(0)] public bool Force { get; init; }
}

/// <summary>What a release is to do.</summary>
[GenerateSerializer, Immutable, Alias("ReleasePlan")]
public sealed record ReleasePlan
{
    [Id(0)] public required ImmutableArray<PlannedItem> Items { get; init; }
    [Id(1)] public Rollout? Rollout { get; init; }
    [Id(2)] public DateTimeOffset? StartAt { get; init; }
    [Id(3)] public DateTimeOffset? ExpiresAt { get; init; }
    [Id(4)] public string? Note { get; init; }
}

/// <summary>One agent's part of a plan.</summary>
/// <param name="Version">The version to have; null for none.</param>
/// <param name="Expected">The version that the label must have until then.</param>
/// <param name="ExpectsAny">Nothing was said of it: what the label has when the release is made.</param>
[GenerateSerializer, Immutable, Alias("PlannedItem")]
public sealed record PlannedItem(string AgentId, int? Version, int? Expected, bool ExpectsAny);

/// <summary>Makes a release.</summary>
[GenerateSerializer, Immutable, Alias("CreateRelease"), Requires(Permissions.ReleasesCreate)]
public sealed record CreateRelease(ReleasePlan Plan) : LabelCommand;

/// <summary>Makes a release and runs it at once, or does neither.</summary>
[GenerateSerializer, Immutable, Alias("RunRelease"), Requires(Permissions.ReleasesRun)]
public sealed record RunRelease(ReleasePlan Plan) : LabelCommand;

/// <summary>Makes a release and runs it at once, whatever the label's policy asks.</summary>
[GenerateSerializer, Immutable, Alias("BypassRelease"), Requires(Permissions.ReleasesBypass)]
public sealed record BypassRelease(ReleasePlan Plan, string Reason) : LabelCommand;

/// <summary>A command about a release that there is.</summary>
[GenerateSerializer, Immutable, Alias("ReleaseCommand")]
public abstract record ReleaseCommand : LabelCommand
{
    public abstract string ReleaseId { get; init; }
}

/// <summary>Makes another plan of a release that is open or ready; approvals are void then.</summary>
/// <param name="Items">Null to leave them.</param>
/// <param name="ChangesRollout">Whether <paramref name="Rollout"/> takes the place of what is there.</param>
/// <param name="ChangesStart">Whether <paramref name="StartAt"/> does.</param>
[GenerateSerializer, Immutable, Alias("ChangeRelease"), Requires(Permissions.ReleasesCreate)]
public sealed record ChangeRelease(
    string ReleaseId, ImmutableArray<PlannedItem>? Items, bool ChangesRollout, Rollout? Rollout, bool ChangesStart, DateTimeOffset? StartAt,
    DateTimeOffset? ExpiresAt, string? Note) : ReleaseCommand;

/// <summary>Approves of exactly this plan.</summary>
[GenerateSerializer, Immutable, Alias("ApproveRelease"), Requires(Permissions.ReleasesApprove)]
public sealed record ApproveRelease(string ReleaseId, string PlanHash, string? Comment) : ReleaseCommand;

/// <summary>Ends a release that is open or ready.</summary>
[GenerateSerializer, Immutable, Alias("RejectRelease"), Requires(Permissions.ReleasesApprove)]
public sealed record RejectRelease(string ReleaseId, string PlanHash, string? Comment) : ReleaseCommand;

/// <summary>Starts a release that is ready.</summary>
[GenerateSerializer, Immutable, Alias("StartRelease"), Requires(Permissions.ReleasesRun)]
public sealed record StartRelease(string ReleaseId) : ReleaseCommand;

/// <summary>Goes on to the next step.</summary>
[GenerateSerializer, Immutable, Alias("AdvanceRelease"), Requires(Permissions.ReleasesRun)]
public sealed record AdvanceRelease(string ReleaseId) : ReleaseCommand;

/// <summary>Stays at the step that holds.</summary>
[GenerateSerializer, Immutable, Alias("PauseRelease"), Requires(Permissions.ReleasesRun)]
public sealed record PauseRelease(string ReleaseId) : ReleaseCommand;

/// <summary>Goes on with the step that holds, which is watched anew.</summary>
[GenerateSerializer, Immutable, Alias("ResumeRelease"), Requires(Permissions.ReleasesRun)]
public sealed record ResumeRelease(string ReleaseId) : ReleaseCommand;

/// <summary>Ends a release that has not started.</summary>
[GenerateSerializer, Immutable, Alias("CancelRelease"), Requires(Permissions.ReleasesRun)]
public sealed record CancelRelease(string ReleaseId) : ReleaseCommand;

/// <summary>Takes back all that a release did, or nothing.</summary>
[GenerateSerializer, Immutable, Alias("RollbackRelease"), Requires(Permissions.ReleasesRun)]
public sealed record RollbackRelease(string ReleaseId, string Reason) : ReleaseCommand;

/// <summary>Notes what an evaluation or a monitor says; a bad one pauses the release, or takes it back.</summary>
[GenerateSerializer, Immutable, Alias("ReportVerdict"), Requires(Permissions.ReleasesReport)]
public sealed record ReportVerdict(string ReleaseId, string Name, bool IsOk, double? Value, string? Url) : ReleaseCommand;

/// <summary>What became of a command.</summary>
/// <param name="Label">The label after it; null once it is deleted.</param>
/// <param name="Release">The release that it was about.</param>
/// <param name="Kind">The kind of the change; null when nothing was changed.</param>
/// <param name="Gates">Of a release that has not started: what keeps it.</param>
/// <param name="Replayed">Whether it is the answer to a request that was made before.</param>
[GenerateSerializer, Immutable, Alias("LabelChange")]
public sealed record LabelChange(Label? Label, Release? Release, string? Kind, ImmutableArray<Gate> Gates, bool Replayed = false);
