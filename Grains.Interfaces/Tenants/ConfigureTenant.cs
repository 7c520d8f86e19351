using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.Tenants;

/// <summary>Sets a tenant's tier, over whatever its tokens claim. For the platform's administrators.</summary>
/// <param name="Tier">The tier.</param>
/// <param name="Overrides">Figures of <see cref="TierLimits"/> that differ for this tenant: an object.</param>
[GenerateSerializer, Immutable, Alias("ConfigureTenant"), Requires(Permissions.TenantsManage)]
public sealed record ConfigureTenant(string Tier, JsonText Overrides) : ICommand
{
    /// <summary>Whether clients that change an agent or a template must name the version that they change.</summary>
    [Id(3)] public bool RequireIfMatch { get; init; }

    /// <summary>The model of agents that name none; null for none.</summary>
    [Id(4)] public DefaultModel? DefaultModel { get; init; }

    /// <inheritdoc cref="TenantDefaults.DefaultLabel"/>
    [Id(5)] public string? DefaultLabel { get; init; }

    /// <summary>Only the dry run and the idempotency key are of use here.</summary>
    [Id(2)] public WriteOptions Options { get; init; } = WriteOptions.None;
}

/// <summary>What setting a tier came to, or would come to.</summary>
/// <param name="Tenant">The tenant after it.</param>
/// <param name="Excesses">What the tenant has beyond the limits that it has then.</param>
[GenerateSerializer, Immutable, Alias("TenantChange")]
public sealed record TenantChange(Tenant Tenant, ImmutableArray<LimitExcess> Excesses);

/// <summary>What is over a limit. It goes on being readable; what would need the limit is refused.</summary>
/// <param name="Limit">The figure's name in <see cref="TierLimits"/>, camelCase.</param>
/// <param name="Allowed">The figure; null where it is a list, such as the models.</param>
/// <param name="Used">What there is; of an agent's own limits, the most of any agent.</param>
/// <param name="AgentIds">The agents that are over it, the first 100; for a limit of the whole tenant, none.</param>
/// <param name="AgentCount">How many there are.</param>
[GenerateSerializer, Immutable, Alias("LimitExcess")]
public sealed record LimitExcess(string Limit, int? Allowed, int? Used, ImmutableArray<string> AgentIds, int AgentCount);
