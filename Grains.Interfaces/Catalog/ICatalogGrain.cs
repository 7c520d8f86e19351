using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Files;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Tasks;
using AgentManagement.Templates;

namespace AgentManagement.Catalog;

/// <summary>Lists and searches of one tenant, straight from the read model. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("ICatalogGrain"), KeyedBy(KeyedBy.Tenant)]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>A page of the tenant's agents; Malformed when the cursor is not one of this list and sort order.</summary>
    [Alias("ListAgents"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Page<AgentSummary>>> ListAgentsAsync(AgentQuery query, CancellationToken cancellationToken = default);

    /// <summary>A page of whole agents, but the archived, in the order of their ids.</summary>
    [Alias("ExportAgents"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Page<Agent>>> ExportAgentsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>All templates that the tenant may use, in the order of their ids, the system's first.</summary>
    [Alias("ListTemplates"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<ImmutableArray<TemplateSummary>> ListTemplatesAsync(CancellationToken cancellationToken = default);

    /// <summary>A page of the tenant's files, in the order of their ids.</summary>
    [Alias("ListFiles"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Page<StoredFile>>> ListFilesAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>A page of the tenant's tasks, newest first.</summary>
    [Alias("PageTasks"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Page<TaskInfo>>> ListTasksAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>The names of the tenant's labels, in order.</summary>
    [Alias("ListLabels"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<ImmutableArray<string>> ListLabelsAsync(CancellationToken cancellationToken = default);

    /// <summary>A page of the tenant's releases, newest first.</summary>
    [Alias("ListReleases"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Page<Release>>> ListReleasesAsync(ReleaseQuery query, CancellationToken cancellationToken = default);

    /// <summary>A release, whichever label it is of.</summary>
    [Alias("FindRelease"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<Release>> FindReleaseAsync(string releaseId, CancellationToken cancellationToken = default);

    /// <summary>What checks say of a version of an agent.</summary>
    [Alias("ListChecks"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<ImmutableArray<VersionCheck>> ListChecksAsync(string agentId, int version, CancellationToken cancellationToken = default);

    /// <summary>Notes what a check says of a version of an agent.</summary>
    [Alias("ReportCheck"), Requires(Permissions.ReleasesReport), SafeToRetry]
    Task<Outcome<VersionCheck>> ReportCheckAsync(string agentId, int version, string name, bool isOk, UnloggedText? url);

    /// <summary>A page of the tenant's change log, newest first.</summary>
    [Alias("ListChanges"), Requires(Permissions.AuditRead), SafeToRetry]
    Task<Outcome<Page<ChangeRecord>>> ListChangesAsync(ChangeQuery query, CancellationToken cancellationToken = default);
}
