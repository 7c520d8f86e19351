using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Templates;

/// <summary>What is stored of a template: as it is now. As <see cref="AgentState"/>.</summary>
public sealed record TemplateState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The last version given out. Survives a deletion, so that no version number comes twice.</summary>
    public int Version { get; init; }

    /// <summary>The template; null before its creation and after its deletion.</summary>
    public TemplateDocument? Template { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    object? IAggregateState.Content => Template;
}

/// <summary>A template as it is stored, in the state and as the content of each version.</summary>
public sealed record TemplateDocument
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required string Name { get; init; }
    public string? Description { get; init; }
    public required string Type { get; init; }
    public JsonText Variables { get; init; } = JsonText.EmptyObject;
    public required JsonText Config { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
    public JsonText Metadata { get; init; } = JsonText.EmptyObject;
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }

    /// <summary>The template as grains hand it out.</summary>
    public Template ToTemplate() => new()
    {
        Id = Id, Scope = TemplateScope.Of(Id), Version = Version, Name = Name, Description = Description, Type = Type,
        Variables = Variables, Config = Config, Tags = Tags, Metadata = Metadata,
        CreatedAt = CreatedAt, CreatedBy = CreatedBy, UpdatedAt = UpdatedAt, UpdatedBy = UpdatedBy,
    };

    /// <summary>Whether both say the same, letter for letter, whatever their versions.</summary>
    public bool HasContentOf(TemplateDocument other) =>
        Name == other.Name && Description == other.Description && Type == other.Type && Variables == other.Variables
        && Config == other.Config && Metadata == other.Metadata && Tags.SequenceEqual(other.Tags);
}
