using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;
using AgentManagement.Json;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>
/// What is stored of a tenant itself: what was set of it. As <see cref="AgentState"/>.
/// </summary>
public sealed record TenantState : IAggregateState
{
    /// <summary>Format of this document.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>How often the tenant was set.</summary>
    public int Version { get; init; }

    /// <summary>Null as long as nothing was set: then the tokens' tier counts.</summary>
    public TenantDocument? Tenant { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public ChangeEntry? Change { get; init; }

    object? IAggregateState.Content => Tenant;
}

/// <summary>What was set of a tenant.</summary>
public sealed record TenantDocument
{
    public required string Tier { get; init; }

    /// <summary>Figures that differ from the tier's: an object.</summary>
    public JsonText Overrides { get; init; } = JsonText.EmptyObject;

    /// <summary>Whether clients must name the version that they change.</summary>
    public bool RequireIfMatch { get; init; }

    /// <summary>The model of agents that name none.</summary>
    public StoredModel? DefaultModel { get; init; }

    /// <summary>The label whose versions services get that ask for none.</summary>
    public string? DefaultLabel { get; init; }

    /// <summary>After a downgrade: until when the former limits hold.</summary>
    public DateTimeOffset? GraceUntil { get; init; }
    public string? FormerTier { get; init; }
    public JsonText? FormerOverrides { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string UpdatedBy { get; init; }
}

/// <summary>A model, as it is stored.</summary>
public sealed record StoredModel(string Provider, string Id)
{
    public static StoredModel? Of(DefaultModel? model) => model is null ? null : new(model.Provider, model.Id);

    public DefaultModel ToModel() => new(Provider, Id);
}

/// <summary>How tenants are treated.</summary>
/// <param name="Grace">How long a tenant keeps its former limits after a downgrade.</param>
public sealed record TenantOptions(TimeSpan Grace);
