namespace AgentManagement.Releases;

/// <summary>Which releases to list. A null filter matches all.</summary>
[GenerateSerializer, Immutable, Alias("ReleaseQuery")]
public sealed record ReleaseQuery
{
    /// <summary>1 to 200.</summary>
    [Id(0)] public int Limit { get; init; } = 50;
    [Id(1)] public string? Cursor { get; init; }
    [Id(2)] public string? Label { get; init; }

    /// <summary>One of <see cref="ReleaseStatus"/>.</summary>
    [Id(3)] public string? Status { get; init; }
}
