using AgentManagement.Access;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Runtimes;

/// <summary>Who runs which versions of a tenant's agents, as runtimes say themselves. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("IRuntimesGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IRuntimesGrain : IGrainWithStringKey
{
    /// <summary>Notes what a runtime runs. That holds for a minute, or until it says otherwise.</summary>
    [Alias("Report"), Requires(Permissions.RuntimesReport), SafeToRetry]
    Task<Outcome<RuntimeLease>> ReportAsync(RuntimeReport report);

    /// <summary>A runtime ends, and is no silent one; NotFound when there is none of this name.</summary>
    [Alias("End"), Requires(Permissions.RuntimesReport), SafeToRetry]
    Task<Outcome<Runtime>> EndAsync(string instance);

    /// <summary>The runtimes that report, and those that fell silent within the last day, in the order of their names.</summary>
    /// <param name="label">Those of this label only; null for all.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    [Alias("List"), Requires(Permissions.RuntimesRead), SafeToRetry, AlwaysInterleave]
    Task<ImmutableArray<Runtime>> ListAsync(string? label, CancellationToken cancellationToken = default);

    /// <summary>One of them, with the versions that it runs; NotFound when there is none.</summary>
    [Alias("Get"), Requires(Permissions.RuntimesRead), SafeToRetry, AlwaysInterleave]
    Task<Outcome<Runtime>> GetAsync(string instance, CancellationToken cancellationToken = default);

    /// <summary>Who ran which versions of an agent at a time, in the order of the runtimes' names.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="at">The time; null for now.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    [Alias("ListApplied"), Requires(Permissions.RuntimesRead), SafeToRetry, AlwaysInterleave]
    Task<ImmutableArray<AppliedVersion>> ListAppliedAsync(
        string agentId, DateTimeOffset? at, CancellationToken cancellationToken = default);

    /// <summary>Looks which runtimes have fallen silent, and tells of them.</summary>
    [Alias("Look"), Requires(Permissions.TasksRun), SafeToRetry]
    Task LookAsync();
}
