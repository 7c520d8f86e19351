using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Releases;

/// <summary>How the experiment with releases is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Kills">How often the service is killed, in the middle of a release each time.</param>
/// <param name="Seed">Of the moments of the kills.</param>
public sealed record ReleasesOptions(string Database, int Kills, int Seed = 1)
{
    /// <summary>What the service of a round is to die of, as settings; null to have it killed at a random moment.</summary>
    public Func<int, IReadOnlyDictionary<string, string>>? Death { get; init; }
}

/// <summary>What the experiment with releases found.</summary>
/// <param name="Kills">Kills.</param>
/// <param name="Releases">Releases, each of two agents by three steps.</param>
/// <param name="Steps">Steps in the log.</param>
/// <param name="Reads">Readings of both agents that were answered meanwhile.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ReleasesReport(int Kills, int Releases, int Steps, int Reads, double Seconds) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("kills in the middle of a release", Kills), ("releases of two agents by three steps", Releases), ("  steps in the log", Steps),
        ("readings of both agents meanwhile", Reads), ("seconds", Seconds),
    ];
}
