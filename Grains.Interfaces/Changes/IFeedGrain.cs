using AgentManagement.Access;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Changes;

/// <summary>A tenant's changes as they happen, in the order of its revisions. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("IFeedGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>The longest patience; longer ones are cut to it.</summary>
    static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    /// <summary>The changes after a revision. Waits a while for the first of them.</summary>
    /// <returns>The changes; QuotaExceeded when the tier allows no further watcher.</returns>
    [Alias("Read"), Requires(Permissions.AgentsRead), AlwaysInterleave]
    Task<Outcome<ChangeBatch>> ReadAsync(FeedRequest request);

    /// <summary>The log may have something new: whoever waits for it is told. Nobody waits for this call.</summary>
    [Alias("Look"), Requires(Permissions.AgentsRead), AlwaysInterleave, OneWay]
    Task LookAsync();

    /// <summary>
    /// This change was just written. Only the low 31 bits of its revision are known; the feed takes it as it is when it is the
    /// next, and otherwise looks. Nobody waits for this call.
    /// </summary>
    [Alias("Tell"), Requires(Permissions.AgentsRead), OnlyFromTenantsGrains, AlwaysInterleave, OneWay]
    Task PublishAsync(ChangeEvent change);

    /// <summary>Tells those who watch now, and nobody later.</summary>
    [Alias("Announce"), Requires(Permissions.AgentsRead), OnlyFromTenantsGrains, AlwaysInterleave, OneWay]
    Task AnnounceAsync(Notice notice);

    /// <summary>Frees a watcher's place at once; otherwise it is free when the watcher has not read for a while.</summary>
    [Alias("Leave"), Requires(Permissions.AgentsRead), AlwaysInterleave]
    Task LeaveAsync(string watcher);
}

/// <summary>What a watcher asks of a feed.</summary>
[GenerateSerializer, Immutable, Alias("FeedRequest")]
public sealed record FeedRequest
{
    /// <summary>The last revision that the watcher has; 0 for all changes there ever were, null to begin with the next.</summary>
    [Id(0)] public long? Since { get; init; }

    /// <summary>1 to 1000.</summary>
    [Id(1)] public int Limit { get; init; } = 200;

    /// <summary>How long to wait while there is no change.</summary>
    [Id(2)] public TimeSpan Patience { get; init; } = IFeedGrain.LongestPatience;

    /// <summary>Which of the tenant's watchers reads: the tier bounds their number. Null for a service, which is not counted.</summary>
    [Id(3)] public string? Watcher { get; init; }

    /// <summary>The last notice that the watcher has, as the last batch said; null for none yet.</summary>
    [Id(4)] public long? SinceNotice { get; init; }
}
