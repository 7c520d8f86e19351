using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Templates;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads what commits keep beside the grain state. It never writes.</summary>
public interface ITenantStore
{
    /// <summary>The tenant's counters and revision; zeros when it has none yet.</summary>
    /// <param name="today">The day (UTC) whose creations are counted.</param>
    Task<TenantTotals> ReadTotalsAsync(string tenantId, DateOnly today);

    /// <summary>The counters of all tenants, with what was set of them.</summary>
    /// <param name="today">The day (UTC) whose creations are counted.</param>
    Task<ImmutableArray<MeasuredTenant>> ReadAllTotalsAsync(DateOnly today, CancellationToken cancellationToken);

    /// <summary>The first answer given under an idempotency key, while it is kept (24 hours).</summary>
    Task<KeptAnswer?> FindAnswerAsync(string tenantId, string key, DateTimeOffset now);

    /// <summary>The content of a version; null when there is no such version or its content is not kept.</summary>
    Task<AgentDocument?> ReadVersionAsync(string tenantId, string agentId, int version, CancellationToken cancellationToken);

    /// <summary>A page of agents after a position, and how many match in all.</summary>
    Task<(ImmutableArray<AgentSummary> Items, long Total)> ListAgentsAsync(
        string tenantId, AgentQuery query, ListPosition? after, CancellationToken cancellationToken);

    /// <summary>Whole agents, but the archived, in the order of their ids, after one of them.</summary>
    Task<ImmutableArray<AgentDocument>> ReadAgentsAsync(string tenantId, string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>The ids of all agents but the archived.</summary>
    Task<ImmutableArray<string>> ReadAgentIdsAsync(string tenantId);

    /// <summary>Those of the agents that there are, archived ones too, with whom they hand over to.</summary>
    Task<ImmutableArray<HandoffNode>> ReadHandoffsAsync(string tenantId, ImmutableArray<string> agentIds);

    /// <summary>The ids of the agents that were archived before a time.</summary>
    Task<ImmutableArray<string>> ReadArchivedAsync(string tenantId, DateTimeOffset before);

    /// <summary>The tenants that have such agents.</summary>
    Task<ImmutableArray<string>> ReadTenantsOfArchivedAsync(DateTimeOffset before);

    /// <summary>What was set of the tenant.</summary>
    Task<TenantSettings> ReadSettingsAsync(string tenantId);

    /// <summary>The largest of each size that an agent has; zeros when there is none.</summary>
    Task<AgentSizes> ReadLargestAsync(string tenantId);

    /// <summary>What tiers count of each agent but the archived.</summary>
    Task<ImmutableArray<AgentUse>> ReadUseAsync(string tenantId);

    /// <summary>The ids of all agents but the archived that use tools of the registry, or are marked for having used some.</summary>
    Task<ImmutableArray<string>> ReadAgentIdsOfToolsAsync(string tenantId);

    /// <summary>The tenants that have agents, but archived ones, with a tool, or with null with any.</summary>
    /// <param name="toolId">The tool.</param>
    /// <param name="tenantId">The only tenant to look at; null for all.</param>
    Task<ImmutableArray<string>> ReadTenantsOfToolsAsync(string? toolId, string? tenantId = null);
}

/// <summary>What was set of a tenant.</summary>
/// <param name="Document">Null when nothing was.</param>
/// <param name="Version">How often it was set.</param>
public sealed record TenantSettings(TenantDocument? Document, int Version);

/// <summary>A tenant's counters, with what was set of it; null when nothing was.</summary>
public sealed record MeasuredTenant(string TenantId, TenantUsage Usage, TenantDocument? Settings);

/// <summary>A tenant's counters.</summary>
public sealed record TenantTotals(TenantUsage Usage, long Revision);

/// <summary>What was answered under an idempotency key.</summary>
/// <param name="Fingerprint">Of the request.</param>
/// <param name="Kind">The kind of the change that it made.</param>
/// <param name="Agent">The agent as it was answered; null once purged, and where it was no agent.</param>
/// <param name="Template">The template as it was answered; null once deleted, and where it was no template.</param>
public sealed record KeptAnswer(string Fingerprint, string Kind, AgentDocument? Agent, TemplateDocument? Template = null)
{
    /// <summary>The answer about an agent; null when its content is gone.</summary>
    public AgentChange? ToAgentChange() => Agent is not null || Kind == ChangeKind.Purged
        ? new(Agent?.ToAgent(), Kind, PreviousStatus: null, Replayed: true)
        : null;

    /// <summary>The answer about a template; null when its content is gone.</summary>
    public TemplateChange? ToTemplateChange() => Template is not null || Kind == ChangeKind.TemplateDeleted
        ? new(Template?.ToTemplate(), Kind, Replayed: true)
        : null;
}

/// <summary>The last item of a page: its sort key and, to tell equals apart, its id.</summary>
public sealed record ListPosition(string Key, string AgentId);
