using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Follow;

/// <summary>How the follow experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Changes">Over all tenants.</param>
/// <param name="Seed">Of who drops when, and of the faults.</param>
/// <param name="Tenants">Each with a subscriber of each kind.</param>
/// <param name="MaxDelay">Seconds from one kill to the next.</param>
public sealed record FollowOptions(string Database, int Changes, int Seed = 1, int Tenants = 20, double MaxDelay = 8)
{
    /// <summary>Between one change of a tenant and the next.</summary>
    public TimeSpan Pause { get; init; }
}

/// <summary>What the follow experiment found.</summary>
public sealed record FollowReport(
    int Changes, int Subscribers, int ServiceKills, int RedisKills,
    IReadOnlyList<(string Transport, int Visits, int Repeated, int Complete)> Transports,
    double Seconds) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("changes", Changes), ("subscribers", Subscribers), ("kills of the service", ServiceKills),
        ("kills of Redis, which came back empty", RedisKills),
        .. Transports.Select(each =>
            (each.Transport, (object)$"{each.Visits} visits, {each.Repeated} told twice, {each.Complete} complete")),
        ("seconds", Seconds),
    ];
}
