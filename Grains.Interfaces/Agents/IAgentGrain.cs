using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using Orleans.Concurrency;

namespace AgentManagement.Agents;

/// <summary>One agent of one tenant. Key: <see cref="Keys.GrainKeys.Agent"/>.</summary>
[Alias("IAgentGrain"), KeyedBy(KeyedBy.Agent)]
public interface IAgentGrain : IGrainWithStringKey
{
    /// <summary>Decides the command and, when it changes something, makes the change durable before answering.</summary>
    /// <param name="command">
    /// What is asked; a clone, an agent of a template or an upgrade goes to <see cref="ITenantGrain"/>, which reads what else it needs.
    /// </param>
    [Alias("Apply"), RequiresOfCommand]
    Task<Outcome<AgentChange>> ApplyAsync(AgentCommand command);

    /// <summary>
    /// The agent at its current version, whatever becomes of a change that is not acknowledged yet; NotFound when it never was, or
    /// was purged.
    /// </summary>
    [Alias("Get"), Requires(Permissions.AgentsRead), SafeToRetry, AlwaysInterleave]
    Task<Outcome<Agent>> GetAsync();

    /// <summary>
    /// As <see cref="GetAsync"/>, for whoever keeps what it has read: an agent that it has already does not come again.
    /// </summary>
    /// <param name="known">The <see cref="AgentReading.Mark"/> of what the caller has; empty for nothing.</param>
    [Alias("GetIfChanged"), Requires(Permissions.AgentsRead), SafeToRetry, AlwaysInterleave]
    Task<Outcome<AgentReading>> GetIfChangedAsync(Guid known);

    /// <summary>The agent as it was at a version.</summary>
    [Alias("GetVersion"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Agent>> GetVersionAsync(int version, CancellationToken cancellationToken = default);

    /// <summary>The history, newest first.</summary>
    /// <param name="cursor">From the page before, or null.</param>
    /// <param name="limit">1 to 200.</param>
    [Alias("ListVersions"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>What changed in the content from one version to another.</summary>
    [Alias("Diff"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<AgentComparison>> DiffAsync(int from, int to, CancellationToken cancellationToken = default);
}
