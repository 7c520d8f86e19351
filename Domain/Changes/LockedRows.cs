using AgentManagement.Domain.Agents;

namespace AgentManagement.Domain.Changes;

/// <summary>What the database has of all that a batch of changes concerns, while nobody else can change it.</summary>
public sealed class LockedRows
{
    /// <summary>Whether writes are stopped for maintenance.</summary>
    public bool AreWritesStopped { get; set; }

    /// <summary>All tenants of the batch, by id.</summary>
    public Dictionary<string, TenantTally> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>The versions of those rows of grain state that there are.</summary>
    public Dictionary<StateKey, int> States { get; } = [];

    /// <summary>The idempotency keys of the batch that were used before.</summary>
    public HashSet<(string TenantId, string Key)> UsedKeys { get; } = [];

    /// <summary>The files that there are, of those that the batch refers to.</summary>
    public HashSet<(string TenantId, string FileId)> Files { get; } = [];

    /// <summary>The subjects of which a kept version mentions a file, of those that are to be deleted.</summary>
    public Dictionary<(string TenantId, string FileId), HashSet<string>> FileUses { get; } = [];

    /// <summary>The versions of agents that are kept, of those that labels are to have.</summary>
    public HashSet<(string TenantId, AgentVersionKey Version)> Versions { get; } = [];

    /// <summary>The labels that have a version of an agent, of those that are to be purged.</summary>
    public Dictionary<(string TenantId, string AgentId), HashSet<string>> Assigned { get; } = [];

    /// <summary>The revisions of changes that are in the log already, by event id; looked for when an outcome was lost.</summary>
    public Dictionary<string, long> Logged { get; } = new(StringComparer.Ordinal);
}

/// <summary>Where a tenant's log ends, and what its quotas count.</summary>
/// <param name="CreatesOn">The day (UTC) of which <paramref name="Creates"/> are the agents that were made.</param>
/// <param name="StoredBytes">Of the contents of all versions that are kept.</param>
/// <param name="SettingsVersion">How often the tenant was set.</param>
public sealed record TenantTally(
    string TenantId, long Revision, string HeadHash, int Agents, int ActiveAgents, DateOnly CreatesOn, int Creates, int Templates,
    long FileBytes, long StoredBytes, int SettingsVersion);
