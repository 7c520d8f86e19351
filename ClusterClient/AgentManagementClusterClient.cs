using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using Orleans;

namespace AgentManagement.ClusterClient;

/// <summary>
/// Reads agents, and tells of their changes, as a service of the role <c>service</c>: it may read every tenant, and the
/// silos refuse it every change. All members may be called at once, and end with a <see cref="GrainCallException"/> when no
/// silo could be reached.
/// </summary>
public sealed class AgentManagementClusterClient
{
    private const string Role = "service";

    private readonly IClusterClient _cluster;
    private readonly string _serviceName;

    internal AgentManagementClusterClient(IClusterClient cluster, string serviceName) => (_cluster, _serviceName) = (cluster, serviceName);

    /// <summary>An agent with its configuration; null when the tenant has no such agent, or not at that version.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="agentId">Which.</param>
    /// <param name="version">A version that is kept; null for the current one.</param>
    /// <exception cref="ArgumentException">One of the ids is not one.</exception>
    public async Task<Agent?> FindAgentAsync(string tenantId, string agentId, int? version = null)
    {
        var agent = await AskAsync<IAgentGrain, Outcome<Agent>>(tenantId, GrainKeys.Agent(tenantId, agentId), agent =>
            version is { } number ? agent.GetVersionAsync(number) : agent.GetAsync());
        return agent.Kind == OutcomeKind.NotFound ? null : ValueOf(agent);
    }

    /// <summary>A page of a tenant's agents, without their configurations.</summary>
    /// <exception cref="AgentManagementException">The query was refused.</exception>
    public async Task<Page<AgentSummary>> ListAgentsAsync(
        string tenantId, AgentQuery query, CancellationToken cancellationToken = default) =>
        ValueOf(await AskAsync<ICatalogGrain, Outcome<Page<AgentSummary>>>(
            tenantId, GrainKeys.Tenant(tenantId), catalog => catalog.ListAgentsAsync(query, cancellationToken)));

    /// <summary>The tenant's revision: what to read, and then to watch from.</summary>
    public async Task<long> GetRevisionAsync(string tenantId) =>
        (await AskAsync<ITenantGrain, Tenant>(tenantId, GrainKeys.Tenant(tenantId), tenant => tenant.GetAsync())).Revision;

    /// <summary>
    /// The tenant's changes after a revision, each once, in order, without gaps, for as long as the caller goes on. While
    /// no silo can be reached it waits for one.
    /// </summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="since">The last revision that the caller has seen; 0 for all changes there ever were.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ResyncRequiredException">The tenant never had that revision: read everything anew.</exception>
    public async IAsyncEnumerable<ChangeEvent> WatchAsync(
        string tenantId, long since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var batch in FeedWatch.FollowAsync(
            _cluster, () => CallerOf(tenantId), new() { Since = since }, () => [], TimeProvider.System, cancellationToken))
        {
            if (batch.MustResync) throw new ResyncRequiredException(batch.Revision);
            foreach (var change in batch.Changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return change;
            }
        }
    }

    private async Task<T> AskAsync<TGrain, T>(string tenantId, string key, Func<TGrain, Task<T>> ask) where TGrain : IGrainWithStringKey
    {
        // Known to this call only: what an asynchronous method sets in its context does not reach its caller.
        Caller.Current = CallerOf(tenantId);
        return await ask(_cluster.Bind<TGrain>(key));
    }

    private Caller CallerOf(string tenantId) => new(tenantId, _serviceName, Role, Tier: null, Guid.NewGuid().ToString("n"));

    private static T ValueOf<T>(Outcome<T> outcome) => outcome.IsOk
        ? outcome.Value : throw new AgentManagementException(outcome.Code, outcome.Detail);
}
