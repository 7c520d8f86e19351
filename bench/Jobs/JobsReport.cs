using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Jobs;

/// <summary>How the experiment with tasks is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>. With PostgreSQL the queue is in a Redis of the experiment's
/// own.</param>
/// <param name="Kills">How often the service is killed.</param>
/// <param name="Seed">Of the moments of the kills.</param>
/// <param name="Lines">Lines of each import.</param>
/// <param name="Tenants">Over how many tenants the imports are spread.</param>
/// <param name="EarliestKill">Milliseconds from the start of an import to the kill, at least.</param>
/// <param name="LatestKill">At most.</param>
public sealed record JobsOptions(
    string Database, int Kills, int Seed = 1, int Lines = 300, int Tenants = 4, int EarliestKill = 50, int LatestKill = 1_200);

/// <summary>What the experiment with tasks found.</summary>
/// <param name="Kills">Kills.</param>
/// <param name="KillsAtWork">Of these, the ones that cut imports off.</param>
/// <param name="Imports">Imports.</param>
/// <param name="Lines">Lines of all imports.</param>
/// <param name="Ended">Imports that completed.</param>
/// <param name="Done">Agents in the log.</param>
/// <param name="Doubled">Changes beyond one for each agent.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record JobsReport(
    int Kills, int KillsAtWork, int Imports, int Lines, int Ended, int Done, int Doubled, double Seconds) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("kills", Kills), ("  while an import was at work", KillsAtWork), ("imports", Imports), ("  completed", Ended),
        ("lines", Lines), ("  whose agent is in the log", Done), ("changes beyond one a line", Doubled), ("seconds", Seconds),
    ];
}
