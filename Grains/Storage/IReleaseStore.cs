using AgentManagement.Domain.Releases;
using AgentManagement.Releases;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads what commits keep of labels and releases beside the grain state.</summary>
public interface IReleaseStore
{
    /// <summary>What is known of the versions that are to be released, by agent.</summary>
    /// <param name="from">The label that must have them before; null for none.</param>
    Task<ImmutableDictionary<string, VersionFacts>> ReadFactsAsync(string tenantId, ImmutableArray<ReleaseItem> items, string? from);

    /// <summary>A release; null when there is none of this id.</summary>
    Task<ReleaseDocument?> FindReleaseAsync(string tenantId, string releaseId);

    /// <summary>Releases, newest first, after a position.</summary>
    Task<ImmutableArray<ReleaseDocument>> ListReleasesAsync(
        string tenantId, ReleaseQuery query, ListPosition? after, CancellationToken cancellationToken);

    /// <summary>How many labels a tenant has.</summary>
    Task<int> CountLabelsAsync(string tenantId);

    /// <summary>The names of the tenant's labels, in order.</summary>
    Task<ImmutableArray<string>> ListLabelsAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>The labels of all tenants that have releases which have not ended.</summary>
    Task<ImmutableArray<TenantLabel>> ReadUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Notes what a check says of a version; false when there is no such version, or its content is not kept.</summary>
    Task<bool> SetCheckAsync(string tenantId, string agentId, int version, VersionCheck check);

    /// <summary>What checks say of a version.</summary>
    Task<ImmutableArray<VersionCheck>> ReadChecksAsync(
        string tenantId, string agentId, int version, CancellationToken cancellationToken);
}

/// <summary>A label of a tenant.</summary>
public sealed record TenantLabel(string TenantId, string Label);
