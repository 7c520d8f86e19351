namespace AgentManagement.Releases;

/// <summary>A tenant's name for where versions run, with what has to hold before one gets there.</summary>
[GenerateSerializer, Immutable, Alias("Label")]
public sealed record Label
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Of the policy: the number of the label's change that set it.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>Of the assignments: the number of the label's change that made the last of them; 0 for none.</summary>
    [Id(2)] public required int Revision { get; init; }
    [Id(3)] public required LabelPolicy Policy { get; init; }

    /// <summary>How many agents it has a version of.</summary>
    [Id(4)] public required int Agents { get; init; }

    /// <summary>The releases that have not ended.</summary>
    [Id(5)] public required ImmutableArray<string> Unfinished { get; init; }
    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(7)] public required string CreatedBy { get; init; }
    [Id(8)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(9)] public required string UpdatedBy { get; init; }
}

/// <summary>What has to hold before a version gets to a label.</summary>
[GenerateSerializer, Immutable, Alias("LabelPolicy")]
public sealed record LabelPolicy
{
    public const int MaxApprovals = 10;
    public const int MaxFreezes = 50;
    public const int MaxChecks = 20;

    [Id(0)] public string? Description { get; init; }

    /// <summary>The label that must have a version before; null for none.</summary>
    [Id(1)] public string? From { get; init; }

    /// <summary>How many must approve of a release: 0 to 10.</summary>
    [Id(2)] public int Approvals { get; init; }

    /// <summary>Whether those who wrote what is released do not count as approving.</summary>
    [Id(3)] public bool ExcludeAuthors { get; init; }

    /// <summary>Whether a rollback needs the same approvals.</summary>
    [Id(4)] public bool RollbackNeedsApproval { get; init; }

    /// <summary>When nothing is released.</summary>
    [Id(5)] public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>Names of the checks that each version must have passed.</summary>
    [Id(6)] public ImmutableArray<string> Checks { get; init; } = [];
}

/// <summary>A time in which nothing is released.</summary>
/// <param name="From">Included.</param>
/// <param name="To">Excluded.</param>
[GenerateSerializer, Immutable, Alias("Freeze")]
public sealed record Freeze(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>What a label has of one agent.</summary>
/// <param name="Stable">The version for all whom no rollout concerns; null while a release brings the agent to the label by steps.</param>
/// <param name="Candidate">The version that a rollout brings; null outside of one.</param>
/// <param name="Weight">How many of 100,000 keys have the candidate.</param>
/// <param name="Release">The release that made the assignment.</param>
/// <param name="Previous">The version before <paramref name="Stable"/>; null for none.</param>
/// <param name="Revision">The label's revision that made the assignment.</param>
[GenerateSerializer, Immutable, Alias("Assignment")]
public sealed record Assignment(
    string AgentId, int? Stable, int? Candidate, int Weight, string Release, int? Previous, int Revision);

/// <summary>All that a label has.</summary>
[GenerateSerializer, Immutable, Alias("LabelAssignments")]
public sealed record LabelAssignments(int Revision, ImmutableArray<Assignment> Items);
