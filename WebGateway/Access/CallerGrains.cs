using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Keys;
using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Access;

/// <summary>The grains of the caller's own tenant: a handler cannot name those of another.</summary>
internal sealed class CallerGrains(IClusterClient cluster, CurrentCaller caller)
{
    /// <summary>Asks the tenant.</summary>
    public Task<T> TenantAsync<T>(Func<ITenantGrain, Task<T>> ask) => AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's lists.</summary>
    public Task<T> CatalogAsync<T>(Func<ICatalogGrain, Task<T>> ask) => AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks one agent.</summary>
    public Task<T> AgentAsync<T>(string agentId, Func<IAgentGrain, Task<T>> ask) =>
        AskAsync(GrainKeys.Agent(caller.TenantId, agentId), ask);

    private async Task<T> AskAsync<TGrain, T>(string key, Func<TGrain, Task<T>> ask) where TGrain : IGrainWithStringKey
    {
        try
        {
            return await ask(cluster.GetGrain<TGrain>(key));
        }
        catch (Exception exception) when (exception is not AccessDeniedException)
        {
            throw new GrainCallException(exception);
        }
    }
}

/// <summary>A grain call had no outcome: whether it did anything is not known.</summary>
internal sealed class GrainCallException(Exception cause) : Exception("A grain call failed.", cause);
