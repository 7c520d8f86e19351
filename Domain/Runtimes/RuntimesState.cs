using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;

namespace AgentManagement.Domain.Runtimes;

/// <summary>What is stored of a tenant's runtimes as a whole: how often one fell silent. What they run is in tables of its own.</summary>
public sealed record RuntimesState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How many times a runtime fell silent.</summary>
    public int Silences { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    object? IAggregateState.Content => null;
}
