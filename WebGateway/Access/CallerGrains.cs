using AgentManagement.Agents;
using AgentManagement.ApiKeys;
using AgentManagement.Audit;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.Tasks;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using AgentManagement.Webhooks;

namespace AgentManagement.WebGateway.Access;

/// <summary>The grains of the caller's own tenant: a handler cannot name those of another.</summary>
internal sealed class CallerGrains(IClusterClient cluster, CurrentCaller caller)
{
    /// <summary>As a parameter of handlers.</summary>
    public static ValueTask<CallerGrains?> BindAsync(HttpContext context) =>
        new(new CallerGrains(context.RequestServices.GetRequiredService<IClusterClient>(), CurrentCaller.Of(context)));

    public ITenantGrain Tenant => cluster.Bind<ITenantGrain>(GrainKeys.Tenant(caller.TenantId));

    public ICatalogGrain Catalog => cluster.Bind<ICatalogGrain>(GrainKeys.Tenant(caller.TenantId));

    public IApiKeysGrain ApiKeys => cluster.Bind<IApiKeysGrain>(GrainKeys.Tenant(caller.TenantId));

    public IWebhooksGrain Webhooks => cluster.Bind<IWebhooksGrain>(GrainKeys.Tenant(caller.TenantId));

    public IRuntimesGrain Runtimes => cluster.Bind<IRuntimesGrain>(GrainKeys.Tenant(caller.TenantId));

    public IAuditGrain Audit => cluster.Bind<IAuditGrain>(GrainKeys.Tenant(caller.TenantId));

    public IFeedGrain Feed => cluster.Bind<IFeedGrain>(GrainKeys.Tenant(caller.TenantId));

    /// <summary>Hands a command to its agent; what concerns others, or is to have a new id, by the tenant's grain.</summary>
    /// <param name="agentId">The agent; null for a new one whose id is in the content or is to be made.</param>
    public async Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command)
    {
        if (agentId is null || command is CloneAgent or InstantiateTemplate or UpgradeAgent or RestoreAgent or ArchiveAgent { Force: true }
            or PurgeAgent { Force: true }) return await Tenant.ApplyAsync(agentId, command);
        var outcome = await Agent(agentId).ApplyAsync(command);
        // It was there before, and others may have missed it.
        if (outcome.Value is { Created: true, Agent.Version: > 1 } && !command.Options.DryRun) await Tenant.UnmarkAsync(agentId);
        return outcome;
    }

    public IAgentGrain Agent(string agentId) => cluster.Bind<IAgentGrain>(GrainKeys.Agent(caller.TenantId, agentId));

    public ITemplateGrain Template(string templateId) => cluster.Bind<ITemplateGrain>(GrainKeys.Template(caller.TenantId, templateId));

    public ILabelGrain Label(string label) => cluster.Bind<ILabelGrain>(GrainKeys.Label(caller.TenantId, label));

    public IFileGrain File(string fileId) => cluster.Bind<IFileGrain>(GrainKeys.File(caller.TenantId, fileId));

    public ITaskGrain Task(string taskId) => cluster.Bind<ITaskGrain>(GrainKeys.Task(caller.TenantId, taskId));
}
