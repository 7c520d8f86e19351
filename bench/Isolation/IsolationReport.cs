using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Isolation;

/// <summary>How the isolation experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Attempts">How many; each is made twice, on what is another tenant's and on what is not there.</param>
/// <param name="Seed">Of everything random.</param>
public sealed record IsolationOptions(string Database, int Attempts, int Seed = 1);

/// <summary>What the isolation experiment found.</summary>
/// <param name="Attempts">How many were made.</param>
/// <param name="Operations">Operations of the API that they tried.</param>
/// <param name="Statuses">How they were answered.</param>
/// <param name="Sockets">WebSockets on which others' changes were asked for.</param>
/// <param name="Events">Changes that the intruders were told of; all their own.</param>
/// <param name="ForeignToMissing">Median duration of a 404 for another tenant's thing, in those for a missing one.</param>
public sealed record IsolationReport(
    int Attempts, int Operations, ImmutableSortedDictionary<int, int> Statuses, int Sockets, int Events, double ForeignToMissing)
        : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("attempts, each on a foreign and on a missing thing", Attempts), ("operations of the API", Operations),
        .. Statuses.Select(status => ($"  answered {status.Key}", (object)status.Value)),
        ("sockets that asked for others' changes", Sockets), ("changes that intruders were told of, all own", Events),
        ("404 for foreign / for missing, medians", Math.Round(ForeignToMissing, 3)),
    ];
}
