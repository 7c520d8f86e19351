using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Run;

/// <summary>How a run is done.</summary>
/// <param name="Database">The address of a PostgreSQL server; null for one of the run's own.</param>
/// <param name="Only">Some of <see cref="RunExperiment.Parts"/>; empty for all.</param>
/// <param name="Rounds">How often each is measured.</param>
/// <param name="Phase">How long each time, in whole seconds; R3, R5 and R7 half of it.</param>
/// <param name="Results">The folder that results are written to.</param>
/// <param name="Tenants">Of the large population, with 50 agents each.</param>
/// <param name="Watchers">Idle ones while changes are followed.</param>
public sealed record RunOptions(
    string? Database, ImmutableArray<string> Only, int Rounds, TimeSpan Phase, string Results, int Tenants, int Watchers);

/// <summary>What a run found. A goal that is missed is no problem: it is told.</summary>
/// <param name="Findings">One for each goal.</param>
/// <param name="Environment">What it ran on.</param>
public sealed record RunReport(ImmutableArray<Finding> Findings, ImmutableArray<string> Environment) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
        Findings.Select(found => ($"{found.Goal.Id} {found.Goal.Title}", (object)found));
}
