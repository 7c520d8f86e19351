using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Agents;

/// <summary>An agent at one of its versions, as grains hand it out.</summary>
[GenerateSerializer, Immutable, Alias("Agent")]
public sealed record Agent
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public string? Description { get; init; }

    /// <summary>One of <see cref="AgentType"/>.</summary>
    [Id(3)] public required string Type { get; init; }

    /// <summary>One of <see cref="AgentStatus"/>.</summary>
    [Id(4)] public required string Status { get; init; }

    /// <summary>1 for the first; every change of the agent, of its status too, makes the next. No gaps.</summary>
    [Id(5)] public required int Version { get; init; }

    /// <summary>The configuration document exactly as it was written.</summary>
    [Id(6)] public required JsonText Config { get; init; }

    [Id(7)] public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A free object exactly as it was written.</summary>
    [Id(8)] public JsonText Metadata { get; init; } = JsonText.EmptyObject;

    [Id(9)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(10)] public required string CreatedBy { get; init; }
    [Id(11)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(12)] public required string UpdatedBy { get; init; }

    /// <summary>Since when it is active; null unless it is.</summary>
    [Id(13)] public DateTimeOffset? ActivatedAt { get; init; }

    /// <summary>Since when it is archived; null unless it is.</summary>
    [Id(14)] public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>The agent that it was cloned from.</summary>
    [Id(15)] public string? ClonedFrom { get; init; }

    /// <summary>The template that it was made from; null when it was not.</summary>
    [Id(16)] public Derivation? Derivation { get; init; }

    /// <summary>
    /// What it uses that does not work any more: ids of tools, and what is gone that it refers to, as <c>agent/{id}</c>,
    /// <c>template/{id}</c> or <c>file/{id}</c>.
    /// </summary>
    [Id(17)] public ImmutableArray<string> Degraded { get; init; } = [];

    /// <summary>How it is shown; null when nothing is said of it.</summary>
    [Id(18)] public Appearance? Appearance { get; init; }

    /// <summary>Whose files it was made of; null when it was made otherwise.</summary>
    [Id(19)] public string? Manager { get; init; }
}

/// <summary>An agent in a list: everything but what is large.</summary>
[GenerateSerializer, Immutable, Alias("AgentSummary")]
public sealed record AgentSummary
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public string? Description { get; init; }
    [Id(3)] public required string Type { get; init; }
    [Id(4)] public required string Status { get; init; }
    [Id(5)] public required int Version { get; init; }
    [Id(6)] public ImmutableArray<string> Tags { get; init; } = [];
    [Id(7)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(8)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(9)] public ImmutableArray<string> Degraded { get; init; } = [];

    /// <summary>Who made its version.</summary>
    [Id(10)] public string UpdatedBy { get; init; } = "";

    /// <summary>Since when it is active; null unless it is.</summary>
    [Id(11)] public DateTimeOffset? ActivatedAt { get; init; }

    /// <summary>The template that it was made from, and its version; null when it was not.</summary>
    [Id(12)] public string? TemplateId { get; init; }
    [Id(13)] public int? TemplateVersion { get; init; }

    /// <summary>The model as <c>provider/id</c>; null where it names none.</summary>
    [Id(14)] public string? Model { get; init; }
}
