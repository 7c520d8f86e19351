using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// What is stored of an agent: the agent as it is now. Its older versions are in a table of their own, never here.
/// </summary>
/// <remarks>Stored as JSON. A member may be added with a default, never renamed or repurposed: Tests/Agents/Golden.</remarks>
public sealed record AgentState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The last version given out. Survives a purge, so that no version number comes twice.</summary>
    public int Version { get; init; }

    /// <summary>The agent; null before its creation and after a purge.</summary>
    public AgentDocument? Agent { get; init; }

    /// <summary>What each manager applied last, by its name: what its next file is compared with.</summary>
    public ImmutableDictionary<string, JsonText>? Applied { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    object? IAggregateState.Content => Agent;
}

/// <summary>An agent as it is stored, in the state and as the content of each version.</summary>
public sealed record AgentDocument
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required string Type { get; init; }
    public required string Status { get; init; }
    public required JsonText Config { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
    public JsonText Metadata { get; init; } = JsonText.EmptyObject;
    public Appearance? Appearance { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The status before archiving; decides what a restore brings back.</summary>
    public string? ArchivedFrom { get; init; }
    public string? ClonedFrom { get; init; }
    public StoredDerivation? Derivation { get; init; }

    /// <summary>Whose files it was made of.</summary>
    public string? Manager { get; init; }

    /// <summary>What it uses that does not work any more: ids of tools, and of <see cref="AgentReferences"/>. In order.</summary>
    [JsonPropertyName("degradedTools")]
    public ImmutableArray<string> Degraded { get; init; } = [];

    /// <summary>The agent as grains hand it out.</summary>
    public Agent ToAgent() => new()
    {
        Id = Id, Version = Version, Name = Name, Description = Description, Type = Type, Status = Status,
        Config = Config, Tags = Tags, Metadata = Metadata, Appearance = Appearance,
        CreatedAt = CreatedAt, CreatedBy = CreatedBy, UpdatedAt = UpdatedAt, UpdatedBy = UpdatedBy,
        ActivatedAt = ActivatedAt, ArchivedAt = ArchivedAt, ClonedFrom = ClonedFrom, Derivation = Derivation?.ToDerivation(),
        Degraded = Degraded, Manager = Manager,
    };
}

/// <summary>What an agent was made from, as it is stored. The read model has template and version from here.</summary>
public sealed record StoredDerivation(string TemplateId, int Version, JsonText Variables, JsonText Customizations)
{
    public static StoredDerivation? Of(Derivation? derivation) => derivation is null
        ? null
        : new(derivation.TemplateId, derivation.Version, derivation.Variables, derivation.Customizations);

    public Derivation ToDerivation() => new(TemplateId, Version, Variables, Customizations);
}
