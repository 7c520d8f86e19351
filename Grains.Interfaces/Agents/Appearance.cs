namespace AgentManagement.Agents;

/// <summary>How an agent is shown to people who choose one. Says nothing to the model.</summary>
[GenerateSerializer, Immutable, Alias("Appearance")]
public sealed record Appearance
{
    /// <summary>An emoji, or the address of a picture.</summary>
    [Id(0)] public string? Icon { get; init; }

    [Id(1)] public string? Category { get; init; }

    /// <summary>Who made it, in words.</summary>
    [Id(2)] public string? Author { get; init; }

    /// <summary>Under which licence it may be used, by its SPDX identifier or in words.</summary>
    [Id(3)] public string? Licence { get; init; }

    /// <summary>Where to read more.</summary>
    [Id(4)] public string? Homepage { get; init; }
}
