using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Outage;

/// <summary>How the outage experiment is run.</summary>
/// <param name="Outages">Names of <see cref="Servers"/>' outages, one after the other.</param>
/// <param name="Length">Of each.</param>
/// <param name="Silos">A cluster of so many; 0 for one process.</param>
/// <param name="Seed">Of what is written.</param>
/// <param name="Tenants">How many, each with a writer and a reader.</param>
public sealed record OutageOptions(ImmutableArray<string> Outages, TimeSpan Length, int Silos = 0, int Seed = 1, int Tenants = 4);

/// <summary>What the outage experiment found of one outage.</summary>
/// <param name="Name">Which.</param>
/// <param name="ToldAfter">From its beginning until health told of it; null when it never did.</param>
/// <param name="Health">How long health took to answer meanwhile.</param>
/// <param name="Reads">How long readings of agents took meanwhile.</param>
/// <param name="FailedReads">Those that were not answered with the agent.</param>
/// <param name="Acknowledged">Changes that were done meanwhile.</param>
/// <param name="Refused">Changes answered with 503 meanwhile.</param>
/// <param name="BackAfter">From its end until health said so, and every writer had been answered.</param>
public sealed record OutageFigures(
    string Name, TimeSpan? ToldAfter, Distribution Health, Distribution Reads, int FailedReads, int Acknowledged, int Refused,
    TimeSpan BackAfter);

/// <summary>What the outage experiment found.</summary>
/// <param name="Outages">One after the other.</param>
/// <param name="Acknowledged">Changes that the service confirmed.</param>
/// <param name="Lost">Those that are missing, or have other content, at the end.</param>
/// <param name="Doubled">Changes in the log that were never acknowledged, or are there twice.</param>
public sealed record OutageReport(ImmutableArray<OutageFigures> Outages, int Acknowledged, int Lost, int Doubled) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        .. Outages.SelectMany(outage => ((string, object)[])
        [
            ($"{outage.Name}: told by health after, s", outage.ToldAfter is { } told ? Math.Round(told.TotalSeconds, 1) : "never"),
            ("  health, s", outage.Health), ("  reads, s", outage.Reads), ("  failed reads", outage.FailedReads),
            ("  changes acknowledged", outage.Acknowledged), ("  refused with 503", outage.Refused),
            ("  all is back after, s", Math.Round(outage.BackAfter.TotalSeconds, 1)),
        ]),
        ("acknowledged changes", Acknowledged), ("lost", Lost), ("doubled", Doubled),
    ];
}
