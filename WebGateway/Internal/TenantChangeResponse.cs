using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Configuration;
using AgentManagement.Json;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Tenants;

namespace AgentManagement.WebGateway.Internal;

/// <summary>What a tenant is to have.</summary>
internal sealed record ConfigureTenantRequest : IBody<ConfigureTenantRequest>
{
    [Description("One of the tiers."), Length(1, 64)]
    public required string Tier { get; init; }

    [Description("Limits that differ for this tenant, by their names."), FreeObject(MaxBytes = RequestBody.MaxBytes)]
    public JsonText? Overrides { get; init; }

    [Description("How the tenant's clients are to work; absent for as usual.")]
    public TenantSettings? Settings { get; init; }
}

/// <summary>What setting a tenant's tier came to, or with dryRun would come to.</summary>
/// <param name="Applied">Whether it was set.</param>
/// <param name="Tenant">The tenant with the limits that it has then, once any grace is over.</param>
/// <param name="Excesses">What it has beyond these limits.</param>
internal sealed record TenantChangeResponse(bool Applied, TenantResponse Tenant, ImmutableArray<ExcessResponse> Excesses)
{
    public static TenantChangeResponse Of(TenantChange change, bool isDryRun) =>
        new(!isDryRun, TenantResponse.Of(change.Tenant), [.. change.Excesses.Select(ExcessResponse.Of)]);
}

/// <summary>What is over a limit: it goes on being readable, and what would need the limit is refused.</summary>
/// <param name="Limit">The limit's name.</param>
/// <param name="Allowed">Its figure; null where it is a list.</param>
/// <param name="Used">What there is; of an agent's own limits, the most of any agent.</param>
/// <param name="AgentIds">The agents that are over it, the first 100; none for a limit of the whole tenant.</param>
/// <param name="AgentCount">How many there are.</param>
internal sealed record ExcessResponse(string Limit, int? Allowed, int? Used, ImmutableArray<string> AgentIds, int AgentCount)
{
    public static ExcessResponse Of(LimitExcess excess) =>
        new(excess.Limit, excess.Allowed, excess.Used, excess.AgentIds, excess.AgentCount);
}
