using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Import;

/// <summary>How an import is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Path">The file of real agents.</param>
/// <param name="MaxAgents">How many of its lines to take.</param>
/// <param name="Tenants">Over how many tenants to spread them.</param>
public sealed record ImportOptions(string Database, string Path, int MaxAgents = int.MaxValue, int Tenants = 9);

/// <summary>What an import found.</summary>
public sealed record ImportReport(int Agents, int Texts, int Tenants, int Changes, int ComparedReadings, TimeSpan Duration)
    : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("agents", Agents), ("texts in them, none lost by the mapping", Texts), ("tenants", Tenants),
        ("acknowledged changes", Changes), ("readings compared byte for byte", ComparedReadings),
        ("seconds", Math.Round(Duration.TotalSeconds, 1)),
    ];
}
