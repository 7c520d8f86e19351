using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Crash;

/// <summary>How the crash experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Rounds">How often the service is killed.</param>
/// <param name="Seed">Of what is written and of the moments of the kills.</param>
/// <param name="Writers">How many write at once, each to agents of its own.</param>
/// <param name="Tenants">Over how many tenants they are spread.</param>
/// <param name="EarliestKill">Milliseconds from the start of the writers to the kill, at least.</param>
/// <param name="LatestKill">At most.</param>
public sealed record CrashOptions(
    string Database, int Rounds, int Seed = 1, int Writers = 16, int Tenants = 4, int EarliestKill = 50, int LatestKill = 1500)
{
    /// <summary>
    /// The environment variables of which the service dies by itself in each round, in place of a kill; the writers begin in it.
    /// </summary>
    public Func<int, IReadOnlyDictionary<string, string>>? Death { get; init; }
}

/// <summary>What the crash experiment found.</summary>
/// <param name="Rounds">Kills.</param>
/// <param name="Acknowledged">Changes that the service confirmed, at once or after the restart.</param>
/// <param name="Unresolved">Requests whose answer a kill cut off.</param>
/// <param name="Replayed">Of these, the ones that turned out to have been done before the kill.</param>
/// <param name="NewlyDone">Of these, the ones that the repetition did.</param>
/// <param name="Lost">Acknowledged changes that are missing, or have other content, at the end.</param>
/// <param name="Doubled">Changes in the log that were never acknowledged, or are there twice.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record CrashReport(
    int Rounds, int Acknowledged, int Unresolved, int Replayed, int NewlyDone, int Lost, int Doubled, double Seconds) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("kills", Rounds), ("acknowledged changes", Acknowledged), ("requests cut off by a kill", Unresolved),
        ("  done before the kill, answer replayed", Replayed), ("  done by the repetition", NewlyDone),
        ("lost", Lost), ("doubled", Doubled), ("seconds", Seconds),
    ];
}
