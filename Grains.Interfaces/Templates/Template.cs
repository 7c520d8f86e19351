using AgentManagement.Json;

namespace AgentManagement.Templates;

/// <summary>A template at one of its versions, as grains hand it out.</summary>
[GenerateSerializer, Immutable, Alias("Template")]
public sealed record Template
{
    [Id(0)] public required string Id { get; init; }

    /// <summary>One of <see cref="TemplateScope"/>.</summary>
    [Id(1)] public required string Scope { get; init; }

    /// <summary>1 for the first; every change makes the next. No gaps.</summary>
    [Id(2)] public required int Version { get; init; }

    [Id(3)] public required string Name { get; init; }
    [Id(4)] public string? Description { get; init; }

    /// <summary>The type of the agents that it makes.</summary>
    [Id(5)] public required string Type { get; init; }

    /// <summary>An object: name to declaration.</summary>
    [Id(6)] public JsonText Variables { get; init; } = JsonText.EmptyObject;

    /// <summary>The configuration of the agents that it makes, with variables as <c>{{name}}</c>.</summary>
    [Id(7)] public required JsonText Config { get; init; }

    [Id(8)] public ImmutableArray<string> Tags { get; init; } = [];
    [Id(9)] public JsonText Metadata { get; init; } = JsonText.EmptyObject;
    [Id(10)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(11)] public required string CreatedBy { get; init; }
    [Id(12)] public required DateTimeOffset UpdatedAt { get; init; }
    [Id(13)] public required string UpdatedBy { get; init; }
}

/// <summary>A template in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">One of <see cref="TemplateScope"/>.</param>
/// <param name="Version">Its newest version.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Type">The type of the agents that it makes.</param>
/// <param name="Agents">How many agents of the tenant were made from it, the archived among them.</param>
/// <param name="Behind">How many of them are of an older version.</param>
/// <param name="UpdatedAt">When its newest version was made.</param>
[GenerateSerializer, Immutable, Alias("TemplateSummary")]
public sealed record TemplateSummary(
    string Id, string Scope, int Version, string Name, string? Description, string Type, int Agents, int Behind, DateTimeOffset UpdatedAt);

/// <summary>Whose templates there are.</summary>
public static class TemplateScope
{
    /// <summary>The service's own: for every tenant, changed by none. Their ids hold a '_', those of tenants cannot.</summary>
    public const string System = "system";

    /// <summary>The tenant's.</summary>
    public const string Tenant = "tenant";

    public static ImmutableArray<string> All { get; } = [System, Tenant];

    /// <summary>The scope that a template of this id is of.</summary>
    public static string Of(string templateId) => templateId.Contains('_', StringComparison.Ordinal) ? System : Tenant;
}

/// <summary>What a command did to a template.</summary>
/// <param name="Template">The template after the command; null after a deletion.</param>
/// <param name="Kind">The event; null when nothing changed.</param>
/// <param name="Replayed">The command had been done before under the same idempotency key; this is its first answer.</param>
[GenerateSerializer, Immutable, Alias("TemplateChange")]
public sealed record TemplateChange(Template? Template, string? Kind, bool Replayed = false);
