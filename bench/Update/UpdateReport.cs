using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Update;

/// <summary>How the update experiment is run.</summary>
/// <param name="Database">The address of a PostgreSQL server.</param>
/// <param name="Previous">See <see cref="Service.ServiceAssembly.FindIn"/>.</param>
/// <param name="Seed">Of what is written.</param>
/// <param name="Mixed">How long both versions run side by side after each step.</param>
/// <param name="Silos">How many.</param>
/// <param name="Writers">How many write at once, each to agents of its own.</param>
public sealed record UpdateOptions(string Database, string Previous, int Seed, TimeSpan Mixed, int Silos = 3, int Writers = 8);

/// <summary>What the update experiment found.</summary>
public sealed record UpdateReport : ExperimentReport
{
    /// <summary>Changes that the service confirmed.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Those of them that were confirmed while both versions ran.</summary>
    public required int BesideEachOther { get; init; }

    /// <summary>Why writers had to repeat a request.</summary>
    public required Repetitions Repeated { get; init; }

    /// <summary>Acknowledged changes that are missing, or have other content, at the end.</summary>
    public required int Lost { get; init; }

    /// <summary>Changes in the log that were never acknowledged, or are there twice.</summary>
    public required int Doubled { get; init; }

    /// <summary>All requests, from the first attempt to the answer.</summary>
    public required Distribution Latency { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("acknowledged changes", Acknowledged), ("  while both versions ran", BesideEachOther),
        .. Repeated.Figures("repeated by the writer", "written at the same moment"),
        ("lost", Lost), ("doubled", Doubled), ("request, seconds", Latency),
    ];
}
