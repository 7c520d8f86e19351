using System.Globalization;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Alerts;

/// <summary>How the experiment of alerts goes.</summary>
/// <param name="RulesPath">The file of rules.</param>
/// <param name="Silos">A cluster of so many, with the alerts that only a cluster can give; 0 for one process.</param>
public sealed record AlertsOptions(string RulesPath, int Silos = 0);

/// <summary>An alert that fired.</summary>
/// <param name="Name">As the rule has it.</param>
/// <param name="FiredAfter">How long after what it tells of.</param>
public sealed record SeenAlert(string Name, TimeSpan FiredAfter)
{
    /// <summary>How long after that was over; null when it was not seen to end.</summary>
    public TimeSpan? EndedAfter { get; set; }
}

/// <summary>What the experiment of alerts found.</summary>
/// <param name="Seen">Alerts in the order in which they fired.</param>
/// <param name="LeftOut">Alerts of the rules that cannot fire where the service is what it was here.</param>
public sealed record AlertsReport(ImmutableArray<SeenAlert> Seen, ImmutableArray<string> LeftOut) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        .. Seen.Select(alert => (alert.Name, (object)$"fired after {Seconds(alert.FiredAfter)}, ended after {Seconds(alert.EndedAfter)}")),
        ("cannot fire here", LeftOut.IsEmpty ? "none" : string.Join(", ", LeftOut)),
    ];

    private static string Seconds(TimeSpan? time) => time is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.0} s") : "—";
}
