namespace AgentManagement.Releases;

/// <summary>A change of what a label has of some agents, with its plan, its approvals and how far it is.</summary>
[GenerateSerializer, Immutable, Alias("Release")]
public sealed record Release
{
    public const int MaxItems = 100;
    public const int MaxSteps = 20;
    public const int MaxVerdicts = 50;

    /// <summary>All keys: the weight at which everybody has the candidate.</summary>
    public const int FullWeight = 100_000;

    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Label { get; init; }

    /// <summary>One of <see cref="ReleaseKind"/>.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>One of <see cref="ReleaseStatus"/>.</summary>
    [Id(3)] public required string Status { get; init; }

    /// <summary>The step that is applied, from 0; null before the first and where there are none.</summary>
    [Id(4)] public int? Step { get; init; }
    [Id(5)] public required ImmutableArray<ReleaseItem> Items { get; init; }

    /// <summary>By which steps; null for at once.</summary>
    [Id(6)] public Rollout? Rollout { get; init; }

    /// <summary>Of all that an approval is of: 64 hexadecimal digits.</summary>
    [Id(7)] public required string PlanHash { get; init; }

    /// <summary>Those who wrote what is released, since the version that it takes the place of.</summary>
    [Id(8)] public ImmutableArray<string> Authors { get; init; } = [];
    [Id(9)] public string? Note { get; init; }

    /// <summary>Why it was bypassed or rolled back.</summary>
    [Id(10)] public string? Reason { get; init; }

    /// <summary>When it starts by itself; null for when it is told to.</summary>
    [Id(11)] public DateTimeOffset? StartAt { get; init; }

    /// <summary>When it ends unless it has started.</summary>
    [Id(12)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Why it does not go on; empty when nothing keeps it.</summary>
    [Id(13)] public ImmutableArray<Gate> Blocked { get; init; } = [];
    [Id(14)] public ImmutableArray<Approval> Approvals { get; init; } = [];
    [Id(15)] public ImmutableArray<Verdict> Verdicts { get; init; } = [];

    /// <summary>The number of the label's change that was the last of this release.</summary>
    [Id(16)] public required int Version { get; init; }

    /// <summary>The label's revision that its last step made; null before the first.</summary>
    [Id(17)] public int? LabelRevision { get; init; }

    /// <summary>The release that it takes back, of a rollback.</summary>
    [Id(18)] public string? RollbackOf { get; init; }
    [Id(19)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(20)] public required string CreatedBy { get; init; }
    [Id(21)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the step that holds now was applied.</summary>
    [Id(22)] public DateTimeOffset? StepAt { get; init; }
}

/// <summary>What a release is for.</summary>
public static class ReleaseKind
{
    public const string Release = "release";
    public const string Rollback = "rollback";
    public const string Bypass = "bypass";

    public static ImmutableArray<string> All { get; } = [Release, Rollback, Bypass];
}

/// <summary>How far a release is.</summary>
public static class ReleaseStatus
{
    /// <summary>Approvals are missing.</summary>
    public const string Open = "open";

    /// <summary>It may start, unless something blocks it.</summary>
    public const string Ready = "ready";
    public const string Running = "running";
    public const string Paused = "paused";
    public const string Completed = "completed";
    public const string Rejected = "rejected";
    public const string Cancelled = "cancelled";
    public const string Expired = "expired";
    public const string RolledBack = "rolled_back";

    public static ImmutableArray<string> All { get; } =
        [Open, Ready, Running, Paused, Completed, Rejected, Cancelled, Expired, RolledBack];

    /// <summary>Whether nothing comes after it but a rollback.</summary>
    public static bool IsFinished(string status) => status is not (Open or Ready or Running or Paused);
}

/// <summary>One agent's part of a release.</summary>
/// <param name="Version">The version to have; null for none.</param>
/// <param name="Expected">The version that the label must have until then; null for none.</param>
/// <param name="DocumentHash">Of what <paramref name="Version"/> says, as the change log has it.</param>
[GenerateSerializer, Immutable, Alias("ReleaseItem")]
public sealed record ReleaseItem(string AgentId, int? Version, int? Expected, string? DocumentHash);

/// <summary>The steps by which a release comes to everybody.</summary>
/// <param name="Steps">With rising weights.</param>
/// <param name="RollsBack">Whether it is taken back when a verdict fails; otherwise it is paused.</param>
/// <param name="MinAdoption">The part of the runtimes that <see cref="StepGate.Adoption"/> waits for; null for 0.95.</param>
[GenerateSerializer, Immutable, Alias("Rollout")]
public sealed record Rollout(ImmutableArray<RolloutStep> Steps, bool RollsBack, double? MinAdoption = null);

/// <summary>A step.</summary>
/// <param name="Weight">How many of 100,000 keys have the candidate: 1 to 100,000.</param>
/// <param name="MinDuration">How long it is watched before the next.</param>
/// <param name="Gate">What else the next one waits for, one of <see cref="StepGate"/>; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("RolloutStep")]
public sealed record RolloutStep(int Weight, TimeSpan MinDuration, string? Gate);

/// <summary>What a step of a rollout may wait for.</summary>
public static class StepGate
{
    /// <summary>Somebody who may says so.</summary>
    public const string Approval = "approval";

    /// <summary>An evaluation or a monitor reports that all is well.</summary>
    public const string Verdict = "verdict";

    /// <summary>Enough of the label's runtimes report that they have the step.</summary>
    public const string Adoption = "adoption";

    public static ImmutableArray<string> All { get; } = [Approval, Verdict, Adoption];
}

/// <summary>Why a release does not go on.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
/// <param name="AgentId">The agent that it is about; null where it is about all.</param>
[GenerateSerializer, Immutable, Alias("Gate")]
public sealed record Gate(string Code, string Detail, string? AgentId = null);

/// <summary>That somebody approved of a plan, or rejected it.</summary>
[GenerateSerializer, Immutable, Alias("Approval")]
public sealed record Approval(string By, DateTimeOffset At, bool IsApproved, string PlanHash, string? Comment);

/// <summary>What an evaluation or a monitor says of a release.</summary>
[GenerateSerializer, Immutable, Alias("Verdict")]
public sealed record Verdict(string Name, bool IsOk, double? Value, string? Url, DateTimeOffset At, string By);

/// <summary>What a check says of a version of an agent, as commit statuses do.</summary>
[GenerateSerializer, Immutable, Alias("VersionCheck")]
public sealed record VersionCheck(string Name, bool IsOk, string? Url, DateTimeOffset At, string By);
