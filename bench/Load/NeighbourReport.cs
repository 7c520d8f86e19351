using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Load;

/// <summary>How the neighbour experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Rounds">How often the neighbour is measured alone and beside the noise.</param>
/// <param name="Phase">How long each time.</param>
/// <param name="Times">How many times its rate the noisy tenant asks.</param>
public sealed record NeighbourOptions(string Database, int Rounds, TimeSpan Phase, int Times = 50);

/// <summary>What the neighbour experiment found.</summary>
/// <param name="Times">How many times its rate the noisy tenant asked.</param>
/// <param name="Noise">Its requests.</param>
/// <param name="Refused">Those of them that were refused.</param>
/// <param name="Alone">The neighbour's requests while it is alone.</param>
/// <param name="Beside">The same beside the noise.</param>
public sealed record NeighbourReport(int Times, long Noise, long Refused, Distribution Alone, Distribution Beside) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("times its rate that the noisy tenant asks", Times), ("its requests", Noise), ("  refused with 429", Refused),
        ("the neighbour alone, s", Alone), ("  beside the noise, s", Beside),
        ("  median beside / alone", Math.Round(Beside.Median / Alone.Median, 2)),
        ("  p99 beside / alone", Math.Round(Beside.P99 / Alone.P99, 2)),
    ];
}
