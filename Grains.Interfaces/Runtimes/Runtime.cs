namespace AgentManagement.Runtimes;

/// <summary>What a runtime says of itself: all of it, each time.</summary>
/// <param name="Instance">Its name: the same as long as it lives.</param>
/// <param name="Label">The label whose versions it runs; null for the current ones.</param>
/// <param name="LabelRevision">The label's revision that it has; null where it has no label.</param>
/// <param name="Sdk">What it asks with, for people; null when it does not say.</param>
/// <param name="Applied">The versions that it runs.</param>
[GenerateSerializer, Immutable, Alias("RuntimeReport")]
public sealed record RuntimeReport(
    string Instance, string? Label, int? LabelRevision, string? Sdk, ImmutableArray<RunningVersion> Applied);

/// <summary>A version of an agent that a runtime runs: of an agent in a rollout both.</summary>
[GenerateSerializer, Immutable, Alias("RunningVersion")]
public sealed record RunningVersion(string AgentId, int Version);

/// <summary>That a report holds.</summary>
/// <param name="Until">Until when, unless there is another one.</param>
[GenerateSerializer, Immutable, Alias("RuntimeLease")]
public sealed record RuntimeLease(DateTimeOffset Until);

/// <summary>A runtime that reports, or did lately.</summary>
[GenerateSerializer, Immutable, Alias("Runtime")]
public sealed record Runtime
{
    /// <summary>How long a report holds.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    /// <summary>How many can report of one tenant.</summary>
    public const int MaxOfTenant = 1_000;

    /// <summary>How many versions one can run.</summary>
    public const int MaxApplied = 2_000;

    public const int MaxSdkCharacters = 100;

    [Id(0)] public required string Instance { get; init; }

    [Id(1)] public required string? Label { get; init; }

    [Id(2)] public required int? LabelRevision { get; init; }

    [Id(3)] public required string? Sdk { get; init; }

    /// <summary>One of <see cref="RuntimeStatus"/>.</summary>
    [Id(4)] public required string Status { get; init; }

    /// <summary>Since when it is known under this name.</summary>
    [Id(5)] public required DateTimeOffset Since { get; init; }

    /// <summary>When it last reported.</summary>
    [Id(6)] public required DateTimeOffset SeenAt { get; init; }

    /// <summary>How many versions it runs.</summary>
    [Id(7)] public required int Versions { get; init; }

    /// <summary>Which they are; default where only their number was asked for.</summary>
    [Id(8)] public ImmutableArray<RunningVersion> Applied { get; init; }
}

/// <summary>Whether a runtime reports.</summary>
public static class RuntimeStatus
{
    public const string Live = "live";

    /// <summary>It has not reported for a minute, and has not said that it ends.</summary>
    public const string Silent = "silent";
}

/// <summary>That a runtime ran a version of an agent.</summary>
/// <param name="First">From this time on.</param>
/// <param name="Last">Up to this time; null while it does.</param>
[GenerateSerializer, Immutable, Alias("AppliedVersion")]
public sealed record AppliedVersion(string Instance, string? Label, int Version, DateTimeOffset First, DateTimeOffset? Last);
