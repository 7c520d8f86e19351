namespace AgentManagement.Catalog;

/// <summary>Which agents to list, and in which order. A null filter matches all.</summary>
[GenerateSerializer, Immutable, Alias("AgentQuery")]
public sealed record AgentQuery
{
    /// <summary>1 to 200.</summary>
    [Id(0)] public int Limit { get; init; } = 50;
    [Id(1)] public string? Cursor { get; init; }

    /// <summary>A status; null for all but the archived.</summary>
    [Id(2)] public string? Status { get; init; }
    [Id(3)] public string? Type { get; init; }

    /// <summary>Tags that an agent must all have, in any case.</summary>
    [Id(4)] public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Text that name, description or a tag must contain, in any case.</summary>
    [Id(5)] public string? Text { get; init; }

    /// <summary>By creation, agents that are renamed meanwhile neither come twice nor are left out.</summary>
    [Id(6)] public AgentSort Sort { get; init; } = AgentSort.CreatedAt;
    [Id(7)] public bool Descending { get; init; }

    /// <summary>Whether the agent uses tools that do not work any more; null for all.</summary>
    [Id(8)] public bool? Degraded { get; init; }

    /// <summary>The template that the agent was made from.</summary>
    [Id(9)] public string? TemplateId { get; init; }

    /// <summary>Whether its template has a newer version than it was made from; null for all.</summary>
    [Id(10)] public bool? Behind { get; init; }

    /// <summary>Whose files the agent was made of; null for all.</summary>
    [Id(11)] public string? Manager { get; init; }
}

/// <summary>The orders in which agents can be listed.</summary>
public enum AgentSort
{
    Name = 0,
    CreatedAt = 1,
    UpdatedAt = 2,
}

/// <summary>Which changes to list. A null filter matches all.</summary>
[GenerateSerializer, Immutable, Alias("ChangeQuery")]
public sealed record ChangeQuery
{
    /// <summary>1 to 1000.</summary>
    [Id(0)] public int Limit { get; init; } = 50;
    [Id(1)] public string? Cursor { get; init; }
    [Id(2)] public string? AgentId { get; init; }
    [Id(3)] public string? Actor { get; init; }

    /// <summary>One of <see cref="AgentManagement.Changes.ChangeKind"/>.</summary>
    [Id(4)] public string? Kind { get; init; }

    /// <summary>From this time on, included.</summary>
    [Id(5)] public DateTimeOffset? From { get; init; }

    /// <summary>Up to this time, excluded.</summary>
    [Id(6)] public DateTimeOffset? To { get; init; }
}
