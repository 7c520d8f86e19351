using AgentManagement.Access;
using Orleans.Concurrency;

namespace AgentManagement.Changes;

/// <summary>A tenant's changes as they happen, in the order of its revisions. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("IFeedGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>The longest patience; longer ones are cut to it.</summary>
    static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    /// <summary>The changes after a revision. Waits a while for the first of them.</summary>
    /// <param name="since">The last revision that the caller has; 0 for none.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="patience">How long to wait while there is none.</param>
    [Alias("Read"), Requires(Permissions.AgentsRead), AlwaysInterleave]
    Task<ChangeBatch> ReadAsync(long since, int limit, TimeSpan patience);
}
