namespace AgentManagement.Agents;

/// <summary>What a reader of an agent is told that may have it already.</summary>
[GenerateSerializer, Immutable, Alias("AgentReading")]
public sealed record AgentReading
{
    /// <summary>It is the agent that the reader has; the rest is empty then.</summary>
    [Id(0)] public required bool IsUnchanged { get; init; }

    /// <summary>
    /// Names what is in <see cref="Agent"/>, and never anything else: not the same version in a database that was put back to an earlier
    /// time, and not the same version as another release of the service hands it out.
    /// </summary>
    [Id(1)] public Guid Mark { get; init; }

    /// <summary>The agent; there unless it is unchanged.</summary>
    [Id(2)] public Agent? Agent { get; init; }
}
