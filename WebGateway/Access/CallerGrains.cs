using AgentManagement.Agents;
using AgentManagement.ApiKeys;
using AgentManagement.Audit;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Access;

/// <summary>The grains of the caller's own tenant: a handler cannot name those of another.</summary>
internal sealed class CallerGrains(GrainClient client, CurrentCaller caller)
{
    /// <summary>Has a command admitted and done.</summary>
    /// <param name="agentId">The agent; null for a new one whose id is in the content or is to be made.</param>
    /// <param name="command">What is asked.</param>
    public Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command) => client.AskAsync<ITenantGrain, Outcome<AgentChange>>(
        GrainKeys.Tenant(caller.TenantId), tenant => tenant.ApplyAsync(agentId, command),
        mayRepeat: command.Options is { DryRun: true } or { Idempotency: not null });

    /// <summary>Has a command to a template done.</summary>
    /// <param name="templateId">The template; null for a new one whose id is in the content or is to be made.</param>
    /// <param name="command">What is asked.</param>
    public Task<Outcome<TemplateChange>> ApplyTemplateAsync(string? templateId, TemplateCommand command) =>
        client.AskAsync<ITenantGrain, Outcome<TemplateChange>>(
            GrainKeys.Tenant(caller.TenantId), tenant => tenant.ApplyTemplateAsync(templateId, command),
            mayRepeat: command.Options is { DryRun: true } or { Idempotency: not null });

    /// <summary>Asks one template.</summary>
    public Task<T> TemplateAsync<T>(string templateId, Func<ITemplateGrain, Task<T>> ask) =>
        client.AskAsync(GrainKeys.Template(caller.TenantId, templateId), ask);

    /// <summary>Asks one file.</summary>
    public Task<T> FileAsync<T>(string fileId, Func<IFileGrain, Task<T>> ask) => client.AskAsync(GrainKeys.File(caller.TenantId, fileId), ask);

    /// <summary>Has a command to a file done. Adding the same bytes again changes nothing, so that may be repeated.</summary>
    public Task<Outcome<FileChange>> ApplyFileAsync(string fileId, FileCommand command) => client.AskAsync<ITenantGrain, Outcome<FileChange>>(
        GrainKeys.Tenant(caller.TenantId), tenant => tenant.ApplyFileAsync(fileId, command), mayRepeat: command is AddFile);

    /// <summary>Asks the tenant, without changing anything.</summary>
    public Task<T> TenantAsync<T>(Func<ITenantGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's lists.</summary>
    public Task<T> CatalogAsync<T>(Func<ICatalogGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's API keys, or changes them: the same command again does nothing, so that may be repeated.</summary>
    public Task<T> ApiKeysAsync<T>(Func<IApiKeysGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks what proves the tenant's log.</summary>
    public Task<T> AuditAsync<T>(Func<IAuditGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks the tenant's feed.</summary>
    public Task<T> FeedAsync<T>(Func<IFeedGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Tenant(caller.TenantId), ask);

    /// <summary>Asks one agent.</summary>
    public Task<T> AgentAsync<T>(string agentId, Func<IAgentGrain, Task<T>> ask) =>
        client.AskAsync(GrainKeys.Agent(caller.TenantId, agentId), ask);

    /// <summary>Asks one task, or starts it, which may be repeated.</summary>
    public Task<T> TaskAsync<T>(string taskId, Func<ITaskGrain, Task<T>> ask) => client.AskAsync(GrainKeys.Task(caller.TenantId, taskId), ask);
}
