using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Client.Hosting;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Access;

/// <summary>The grains of the caller's own tenant: a handler cannot name those of another.</summary>
internal sealed class CallerGrains(IClusterClient cluster, GrainCalls calls, CurrentCaller caller)
{
    /// <summary>Has a command admitted and done.</summary>
    /// <param name="agentId">The agent; null for a new one whose id is in the content or is to be made.</param>
    /// <param name="command">What is asked.</param>
    public Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command) => AskAsync<ITenantGrain, Outcome<AgentChange>>(
        GrainKeys.Tenant(caller.TenantId), tenant => tenant.ApplyAsync(agentId, command),
        mayRepeat: command.Options is { DryRun: true } or { Idempotency: not null });

    /// <summary>Asks the tenant, without changing anything.</summary>
    public Task<T> TenantAsync<T>(Func<ITenantGrain, Task<T>> ask) => AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's lists.</summary>
    public Task<T> CatalogAsync<T>(Func<ICatalogGrain, Task<T>> ask) => AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's feed.</summary>
    public Task<T> FeedAsync<T>(Func<IFeedGrain, Task<T>> ask) => AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks one agent.</summary>
    public Task<T> AgentAsync<T>(string agentId, Func<IAgentGrain, Task<T>> ask) =>
        AskAsync(GrainKeys.Agent(caller.TenantId, agentId), ask);

    /// <summary>Asks one task, or starts it, which may be repeated.</summary>
    public Task<T> TaskAsync<T>(string taskId, Func<ITaskGrain, Task<T>> ask) => AskAsync(GrainKeys.Task(caller.TenantId, taskId), ask);

    private async Task<T> AskAsync<TGrain, T>(string key, Func<TGrain, Task<T>> ask, bool mayRepeat = true) where TGrain : IGrainWithStringKey
    {
        try
        {
            var grain = cluster.GetGrain<TGrain>(key);
            return mayRepeat ? await calls.RepeatedAsync(() => ask(grain)) : await calls.OnceAsync(() => ask(grain));
        }
        catch (Exception exception) when (exception is not AccessDeniedException)
        {
            throw new GrainCallException(exception);
        }
    }
}

/// <summary>A grain call had no outcome: whether it did anything is not known.</summary>
internal sealed class GrainCallException(Exception cause) : Exception("A grain call failed.", cause);
