using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Files;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;

namespace AgentManagement.Tenants;

/// <summary>
/// One tenant: its tier, its quotas, and what is done over several of its agents and templates.
/// Key: <see cref="Keys.GrainKeys.Tenant"/>.
/// </summary>
[Alias("ITenantGrain"), KeyedBy(KeyedBy.Tenant)]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Reads what a command needs of other agents and templates, and hands it to its agent.</summary>
    /// <param name="agentId">The agent; null for a new one whose id is in the content or is to be made.</param>
    /// <param name="command">What is asked.</param>
    [Alias("Apply"), RequiresOfCommand]
    Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command);

    /// <summary>Everything that a write of this content would be refused or warned for; changes nothing.</summary>
    [Alias("Validate"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<ImmutableArray<Issue>> ValidateAsync(JsonText content);

    /// <summary>Everything that today's rules and the tenant's tier say of an agent as it is; changes nothing.</summary>
    /// <returns>The issues; NotFound when there is no such agent, or it is archived; Unavailable when it cannot be said now.</returns>
    [Alias("Revalidate"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<ImmutableArray<Issue>>> RevalidateAsync(string agentId);

    /// <summary>Takes the marks away from agents that have missed an agent, which is there again.</summary>
    [Alias("Unmark"), Requires(Permissions.AgentsWrite), SafeToRetry]
    Task UnmarkAsync(string agentId);

    /// <summary>Hands a command to one of the tenant's own templates.</summary>
    /// <param name="templateId">The template; null for a new one whose id is in the content or is to be made.</param>
    /// <param name="command">What is asked.</param>
    [Alias("ApplyTemplate"), RequiresOfCommand]
    Task<Outcome<TemplateChange>> ApplyTemplateAsync(string? templateId, TemplateCommand command);

    /// <summary>Hands a command to one of the tenant's files.</summary>
    [Alias("ApplyFile"), RequiresOfCommand]
    Task<Outcome<FileChange>> ApplyFileAsync(string fileId, FileCommand command);

    /// <summary>Sets the tier, or tells what that would come to. Deletes nothing.</summary>
    [Alias("Configure"), RequiresOfCommand, SafeToRetry]
    Task<Outcome<TenantChange>> ConfigureAsync(ConfigureTenant command);

    /// <summary>Tells those who watch the tenant now of something that concerns all tenants.</summary>
    [Alias("Announce"), Requires(Permissions.TasksRun)]
    Task AnnounceAsync(Notice notice);

    /// <summary>The limits alone, for which nothing is read.</summary>
    [Alias("GetLimits"), Requires(Permissions.TenantRead), SafeToRetry]
    Task<TierLimits> GetLimitsAsync();

    /// <summary>What agents of the tenant have where they say nothing; nothing is read for it.</summary>
    [Alias("GetDefaults"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<TenantDefaults> GetDefaultsAsync();

    /// <summary>Tier, limits, use and revision.</summary>
    [Alias("Get"), Requires(Permissions.TenantRead), SafeToRetry]
    Task<Tenant> GetAsync();
}
