using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Alerts;

/// <summary>How the experiment of alerts goes.</summary>
/// <param name="RulesPath">The file of rules.</param>
/// <param name="Silos">A cluster of so many, with the alerts that only a cluster can give; 0 for one process.</param>
public sealed record AlertsOptions(string RulesPath, int Silos = 0);

/// <summary>What the experiment of alerts found.</summary>
/// <param name="Fired">Alerts in the order in which they fired, and how long after what they tell of.</param>
/// <param name="Unseen">Alerts of the rules that this scenario does not make fire.</param>
public sealed record AlertsReport(ImmutableArray<(string Name, TimeSpan After)> Fired, ImmutableArray<string> Unseen) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        .. Fired.Select(alert => ($"{alert.Name} fired after, s", (object)Math.Round(alert.After.TotalSeconds, 1))),
        ("not made to fire", string.Join(", ", Unseen)),
    ];
}
