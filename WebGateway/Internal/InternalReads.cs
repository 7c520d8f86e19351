using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Internal;

/// <summary>All that the platform's services can ask: readings of the caller's tenant. With it nothing can be changed.</summary>
internal sealed class InternalReads(CallerGrains grains, TenantLabels labels, string tenantId)
{
    /// <summary>As a parameter of handlers.</summary>
    public static async ValueTask<InternalReads?> BindAsync(HttpContext context) => new(
        (await CallerGrains.BindAsync(context))!, context.RequestServices.GetRequiredService<TenantLabels>(),
        CurrentCaller.Of(context).TenantId);

    /// <summary>
    /// The label whose versions are meant: the one that is asked for, or the tenant's usual one; null for the current ones.
    /// </summary>
    public async Task<string?> LabelOfAsync(string? asked) =>
        asked is null ? await labels.FindAsync(tenantId, grains) : asked == LabelName.Latest ? null : asked;

    /// <summary>A page of the tenant's agents.</summary>
    public Task<Outcome<Page<AgentSummary>>> ListAgentsAsync(AgentQuery query, CancellationToken cancellationToken) =>
        grains.Catalog.ListAgentsAsync(query, cancellationToken);

    /// <summary>An agent as it is.</summary>
    public Task<Outcome<Agent>> GetAsync(string agentId) => grains.Agent(agentId).GetAsync();

    /// <summary>Which versions a label has for a key, all of one revision.</summary>
    public Task<Outcome<ResolvedLabel>> ResolveAsync(string label, ImmutableArray<string> agentIds, string? key) =>
        LabelName.IsOfTenant(label)
            ? grains.Label(label).ResolveAsync(agentIds, UnloggedText.Of(key)) : Task.FromResult(Outcome.NotFound<ResolvedLabel>());

    /// <summary>What a label's versions are chosen by.</summary>
    public Task<Outcome<VersionRules>> GetRulesAsync(string label) => grains.Label(label).GetRulesAsync();

    /// <summary>What agents of the tenant have where they say nothing.</summary>
    public Task<TenantDefaults> GetDefaultsAsync() => grains.Tenant.GetDefaultsAsync();

    /// <summary>An agent as it was in a version that is kept.</summary>
    public Task<Outcome<Agent>> GetVersionAsync(string agentId, int version, CancellationToken cancellationToken) =>
        grains.Agent(agentId).GetVersionAsync(version, cancellationToken);
}
