using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Configuration;
using AgentManagement.Releases;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Tenants;

/// <summary>A tenant, as it sees itself.</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Tier">free, advance, professional or enterprise.</param>
/// <param name="Limits">What the tier allows.</param>
/// <param name="Usage">What the tenant uses.</param>
/// <param name="Revision">How many changes its log holds.</param>
/// <param name="Grace">After a downgrade, as long as the former limits hold: what comes then; null otherwise.</param>
/// <param name="Settings">How its clients are to work.</param>
/// <param name="NextMaintenance">When there may be maintenance now or next; null where none is planned.</param>
internal sealed record TenantResponse(
    string Id, string Tier, LimitsResponse Limits, UsageResponse Usage, long Revision, GraceResponse? Grace, TenantSettings Settings,
    ScheduledWindow? NextMaintenance = null)
{
    public static TenantResponse Of(Tenant tenant, ScheduledWindow? nextMaintenance = null) => new(
        tenant.Id, tenant.Limits.Tier, LimitsResponse.Of(tenant.Limits),
        UsageResponse.Of(tenant.Usage), tenant.Revision, tenant.Grace is { } grace ? new(grace.NextTier, grace.Until) : null,
        new()
        {
            RequireIfMatch = tenant.RequireIfMatch,
            DefaultModel = tenant.DefaultModel is { } model ? new() { Provider = model.Provider, Id = model.Id } : null,
            DefaultLabel = tenant.DefaultLabel,
        }, nextMaintenance);
}

/// <summary>How a tenant's clients are to work.</summary>
internal sealed record TenantSettings
{
    [Description("Whether a write that changes an agent or a template must have If-Match; without it the answer is 428.")]
    public bool RequireIfMatch { get; init; }

    [Description("The model of agents that name none; null for none.")]
    public DefaultModelSetting? DefaultModel { get; init; }

    [Description("The label whose versions services get that ask for none; null for latest, the current ones.")]
    [RegularExpression(LabelName.Pattern)]
    public string? DefaultLabel { get; init; }
}

/// <summary>A model for all agents that name none.</summary>
internal sealed record DefaultModelSetting
{
    [Description("Who serves the model: openai, anthropic …"), Length(1, 64), RegularExpression("^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
    public required string Provider { get; init; }

    [Description("The provider's name of the model."), Length(1, 200), NotBlank]
    public required string Id { get; init; }
}

/// <summary>A downgrade that is yet to take effect.</summary>
/// <param name="NextTier">The tier that the tenant will have.</param>
/// <param name="Until">From when on.</param>
internal sealed record GraceResponse(string NextTier, DateTimeOffset Until);

/// <summary>What a tier allows.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Agents that are active at the same time.</param>
/// <param name="CreatesPerDay">Agents made within a day (UTC); null for no limit.</param>
/// <param name="Tools">Tools of one agent.</param>
/// <param name="McpServers">MCP servers of one agent.</param>
/// <param name="Collections">Knowledge collections of one agent.</param>
/// <param name="InstructionCharacters">Unicode characters of the instruction template.</param>
/// <param name="VersionsKept">Versions of one agent whose content is kept.</param>
/// <param name="Models">Allowed models as provider/id; a trailing * stands for any rest.</param>
/// <param name="RequestsPerMinute">Requests a minute.</param>
/// <param name="Watchers">Open change feeds.</param>
/// <param name="Templates">Templates of the tenant's own.</param>
/// <param name="FileMebibytes">Mebibytes of the largest file.</param>
/// <param name="TotalFileMebibytes">Mebibytes of all files together.</param>
/// <param name="FileTypes">Media types that files may have; a trailing * stands for any rest.</param>
internal sealed record LimitsResponse(
    int Agents, int ActiveAgents, int? CreatesPerDay, int Tools, int McpServers, int Collections, int InstructionCharacters,
    int VersionsKept, ImmutableArray<string> Models, int RequestsPerMinute, int Watchers, int Templates,
    int FileMebibytes, int TotalFileMebibytes, ImmutableArray<string> FileTypes)
{
    public static LimitsResponse Of(TierLimits limits) => new(
        limits.Agents, limits.ActiveAgents, limits.CreatesPerDay, limits.Tools, limits.McpServers, limits.Collections,
        limits.InstructionCharacters, limits.VersionsKept, limits.Models, limits.RequestsPerMinute, limits.Watchers, limits.Templates,
        limits.FileMebibytes, limits.TotalFileMebibytes, limits.FileTypes);
}

/// <summary>What a tenant uses of its limits.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Of these, the active ones.</param>
/// <param name="CreatesToday">Agents made since 00:00 UTC.</param>
/// <param name="Templates">Templates of the tenant's own.</param>
/// <param name="MaxTools">The most tools that an agent has.</param>
/// <param name="MaxMcpServers">The most MCP servers that an agent has.</param>
/// <param name="MaxCollections">The most knowledge collections that an agent has.</param>
/// <param name="MaxInstructionCharacters">The longest instruction template.</param>
/// <param name="FileBytes">Bytes of all files.</param>
/// <param name="StoredBytes">Bytes of the contents of all versions of agents and templates that are kept.</param>
internal sealed record UsageResponse(
    int Agents, int ActiveAgents, int CreatesToday, int Templates, int MaxTools, int MaxMcpServers, int MaxCollections,
    int MaxInstructionCharacters, long FileBytes, long StoredBytes)
{
    public static UsageResponse Of(TenantUsage usage) => new(
        usage.Agents, usage.ActiveAgents, usage.CreatesToday, usage.Templates, usage.MaxTools, usage.MaxMcpServers, usage.MaxCollections,
        usage.MaxInstructionCharacters, usage.FileBytes, usage.StoredBytes);
}
