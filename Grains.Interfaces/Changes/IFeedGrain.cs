using AgentManagement.Access;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Changes;

/// <summary>A tenant's changes as they happen, in the order of its revisions. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("IFeedGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>While nothing happens a watch says so in this interval: a watcher that hears nothing for longer begins anew.</summary>
    static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <summary>The changes after a revision, as far as there are any, and a reservation for the one who begins to watch with it.</summary>
    /// <returns>The changes; QuotaExceeded when the tier allows no further watcher.</returns>
    [Alias("Read"), Requires(Permissions.AgentsRead), SafeToRetry, AlwaysInterleave]
    Task<Outcome<ChangeBatch>> ReadAsync(FeedRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// The changes after a revision, for as long as the watcher goes on. The first batch comes at once, those without
    /// changes and notices are heartbeats. Ends after a batch that asks for a resync, and when the gateway's reservations
    /// have run out, which it then makes anew by watching again.
    /// </summary>
    [Alias("Watch"), Requires(Permissions.AgentsRead)]
    IAsyncEnumerable<ChangeBatch> WatchAsync(WatchRequest request, CancellationToken cancellationToken);

    /// <summary>The log may have something new: whoever waits for it is told. Nobody waits for this call.</summary>
    [Alias("Refresh"), Requires(Permissions.AgentsRead), AlwaysInterleave, OneWay]
    Task RefreshAsync();

    /// <summary>
    /// This change was just written. The feed takes it as it is when it is the next, and otherwise waits for those before it, or looks in
    /// the log. Nobody waits for this call.
    /// </summary>
    [Alias("Publish"), Requires(Permissions.AgentsRead), OnlyFromTenantsGrains, AlwaysInterleave, OneWay]
    Task PublishAsync(ChangeEvent change);

    /// <summary>Tells those who watch now, and nobody later.</summary>
    [Alias("Announce"), Requires(Permissions.AgentsRead), OnlyFromTenantsGrains, AlwaysInterleave, OneWay]
    Task AnnounceAsync(Notice notice);

    /// <summary>Gives a watcher's reservation back.</summary>
    [Alias("Release"), Requires(Permissions.AgentsRead), SafeToRetry, AlwaysInterleave]
    Task ReleaseAsync(string gateway, string watcher);
}

/// <summary>What is read of a feed.</summary>
[GenerateSerializer, Immutable, Alias("FeedRequest")]
public sealed record FeedRequest
{
    /// <summary>The last revision that the reader has; 0 for all changes there ever were, null to begin with the next.</summary>
    [Id(0)] public long? Since { get; init; }

    /// <summary>1 to 1000.</summary>
    [Id(1)] public int Limit { get; init; } = 200;

    /// <summary>Through which gateway the watcher watches.</summary>
    [Id(5)] public string? Gateway { get; init; }

    /// <summary>
    /// Which of the tenant's watchers begins with this: the tier bounds their number. Null for one that has its reservation,
    /// and for a service, which needs none.
    /// </summary>
    [Id(3)] public string? Watcher { get; init; }
}

/// <summary>What is watched of a feed.</summary>
[GenerateSerializer, Immutable, Alias("WatchRequest")]
public sealed record WatchRequest
{
    /// <summary>The last revision that the watcher has; 0 for all changes there ever were, null to begin with the next.</summary>
    [Id(0)] public long? Since { get; init; }

    /// <summary>The last notice that the watcher has, as the last batch said; null for none yet.</summary>
    [Id(1)] public long? SinceNotice { get; init; }

    /// <summary>
    /// The gateway that watches for its connections: as long as it takes its batches, their reservations hold. Null for a
    /// service, which needs none.
    /// </summary>
    [Id(2)] public string? Gateway { get; init; }

    /// <summary>The watchers that the gateway has now.</summary>
    [Id(3)] public ImmutableArray<string> Watchers { get; init; } = [];
}
