using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Internal;

/// <summary>All that the platform's services can ask: readings of the caller's tenant. With it nothing can be changed.</summary>
internal sealed class InternalReads(CallerGrains grains)
{
    /// <summary>As a parameter of handlers.</summary>
    public static async ValueTask<InternalReads?> BindAsync(HttpContext context) => new((await CallerGrains.BindAsync(context))!);

    /// <summary>A page of the tenant's agents.</summary>
    public Task<Outcome<Page<AgentSummary>>> ListAgentsAsync(AgentQuery query, CancellationToken cancellationToken) =>
        grains.Catalog.ListAgentsAsync(query, cancellationToken);

    /// <summary>An agent as it is.</summary>
    public Task<Outcome<Agent>> GetAsync(string agentId) => grains.Agent(agentId).GetAsync();

    /// <summary>What agents of the tenant have where they say nothing.</summary>
    public Task<TenantDefaults> GetDefaultsAsync() => grains.Tenant.GetDefaultsAsync();

    /// <summary>An agent as it was in a version that is kept.</summary>
    public Task<Outcome<Agent>> GetVersionAsync(string agentId, int version, CancellationToken cancellationToken) =>
        grains.Agent(agentId).GetVersionAsync(version, cancellationToken);
}
