using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using Orleans.Concurrency;

namespace AgentManagement.Templates;

/// <summary>
/// One template as a tenant sees it: its own, or one of the system's. Key: <see cref="Keys.GrainKeys.Template"/>.
/// </summary>
[Alias("ITemplateGrain"), KeyedBy(KeyedBy.Template)]
public interface ITemplateGrain : IGrainWithStringKey
{
    /// <summary>Decides the command and, when it changes something, makes the change durable before answering.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="limits">The tenant's limits.</param>
    /// <param name="mayAdd">Whether the tenant has room for one more template.</param>
    [Alias("Apply"), RequiresOfCommand, OnlyFromTenantGrain]
    Task<Outcome<TemplateChange>> ApplyAsync(TemplateCommand command, TierLimits limits, bool mayAdd);

    /// <summary>The template at its newest version.</summary>
    [Alias("Get"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Template>> GetAsync();

    /// <summary>The template as it was at a version; NotFound when there was none, or its content is not kept.</summary>
    [Alias("GetVersion"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Template>> GetVersionAsync(int version, CancellationToken cancellationToken = default);

    /// <summary>The history, newest first.</summary>
    /// <param name="cursor">From the page before, or null.</param>
    /// <param name="limit">1 to 200.</param>
    [Alias("ListVersions"), Requires(Permissions.AgentsRead), SafeToRetry, ReadOnly]
    Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
