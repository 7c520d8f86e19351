using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads the change log of a tenant. Commits add to it; nothing else does.</summary>
public interface IChangeLog
{
    /// <summary>The tenant's revision; 0 when it has none yet.</summary>
    Task<long> ReadRevisionAsync(string tenantId);

    /// <summary>The changes after a revision, oldest first.</summary>
    Task<ImmutableArray<ChangeEvent>> ReadChangesAsync(string tenantId, long since, int limit, CancellationToken cancellationToken);

    /// <summary>A page of the change log, newest first, below a revision.</summary>
    Task<ImmutableArray<ChangeRecord>> ListChangesAsync(
        string tenantId, ChangeQuery query, long belowRevision, CancellationToken cancellationToken);

    /// <summary>
    /// The history of an agent or, as <see cref="ChangeSubject"/> writes it, of a template, newest first, below a version.
    /// </summary>
    Task<ImmutableArray<AgentVersion>> ListVersionsAsync(
        string tenantId, string agentId, long belowVersion, int limit, CancellationToken cancellationToken);
}
