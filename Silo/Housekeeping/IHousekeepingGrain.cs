using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Silo.ToolRegistry;
using Orleans.Concurrency;

namespace AgentManagement.Silo.Housekeeping;

/// <summary>
/// Runs the jobs that a cluster needs done once. Each silo pings it every two seconds, so that a successor starts as soon as
/// the membership knows that its silo is gone. Key: <see cref="GrainKeys.Platform"/>.
/// </summary>
[Alias("IHousekeepingGrain"), KeyedBy(KeyedBy.Platform)]
internal interface IHousekeepingGrain : IGrainWithStringKey
{
    /// <summary>Starts housekeeping where it does not run; returns the last measurement of the backlog, null before the first.</summary>
    [Alias("Ping"), Requires(Permissions.TasksRun), AlwaysInterleave]
    Task<ServiceBacklog?> PingAsync();

    /// <summary>
    /// Has the agents checked that use a tool of which the registry has said something. Each silo forwards what it heard.
    /// </summary>
    [Alias("CheckTool"), Requires(Permissions.TasksRun), OneWay, AlwaysInterleave]
    Task CheckToolAsync(ToolNotice notice);
}

/// <summary>What is still to be done, of the whole service.</summary>
/// <param name="MeasuredAt">When it was measured.</param>
/// <param name="Changes">By sink: the changes that it is not on record as having got.</param>
/// <param name="Tasks">The tasks that have not ended, since their start.</param>
/// <param name="Steps">The same, since their last step.</param>
/// <param name="BrokenLogs">Tenants' logs that are known to be broken.</param>
[GenerateSerializer, Immutable, Alias("ServiceBacklog")]
internal sealed record ServiceBacklog(
    DateTimeOffset MeasuredAt, ImmutableDictionary<string, Backlog> Changes, Backlog Tasks, Backlog Steps, long BrokenLogs)
{
    /// <summary>What tenants use of their limits, those that use most by name; empty before the first measurement.</summary>
    [Id(5)] public ImmutableArray<TenantUse> Use { get; init; } = [];

    /// <summary>How webhooks fare.</summary>
    [Id(6)] public WebhookHealth Webhooks { get; init; } = new(0, new(), 0);

    /// <summary>How many runtimes there are.</summary>
    [Id(7)] public RuntimeCount Runtimes { get; init; } = new(0, 0);

    /// <summary>The releases that do not go on though they are to, since what keeps them last changed.</summary>
    [Id(8)] public Backlog BlockedReleases { get; init; } = new();
}

/// <summary>How the webhooks of all tenants fare.</summary>
/// <param name="Enabled">Those to which events are sent.</param>
/// <param name="Failing">Those of them that do not accept them, and since when the first of them.</param>
/// <param name="Disabled">Those to which nothing is sent.</param>
[GenerateSerializer, Immutable, Alias("WebhookHealth")]
internal sealed record WebhookHealth(long Enabled, Backlog Failing, long Disabled);

/// <summary>The runtimes of all tenants.</summary>
/// <param name="Live">Those that report.</param>
/// <param name="Silent">Those that fell silent within the last day.</param>
[GenerateSerializer, Immutable, Alias("RuntimeCount")]
internal sealed record RuntimeCount(long Live, long Silent);

/// <summary>Something that is still to be done.</summary>
[GenerateSerializer, Immutable, Alias("Backlog")]
internal sealed record Backlog
{
    [Id(0)] public long Count { get; init; }

    /// <summary>When the oldest of it came to be; null when there is nothing.</summary>
    [Id(1)] public DateTimeOffset? Since { get; init; }

    /// <summary>How long the oldest of it has waited.</summary>
    public TimeSpan AgeAt(DateTimeOffset now) => Since is { } since && now > since ? now - since : TimeSpan.Zero;
}
