using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Scale;

/// <summary>How the scale experiment is run.</summary>
/// <param name="Database">The address of a PostgreSQL server.</param>
/// <param name="Agents">That are active when the third silo joins.</param>
/// <param name="Seed">Of what is read and written.</param>
public sealed record ScaleOptions(string Database, int Agents, int Seed);

/// <summary>What the scale experiment found.</summary>
public sealed record ScaleReport : ExperimentReport
{
    /// <summary>Agents in each silo's memory before the third joins.</summary>
    public required IReadOnlyList<int> Before { get; init; }

    /// <summary>A minute after it has joined; it is the last.</summary>
    public required IReadOnlyList<int> After { get; init; }

    public required int Read { get; init; }

    public required int FailedReads { get; init; }

    /// <summary>Changes that the service confirmed.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Why writers had to repeat a request.</summary>
    public required Repetitions Repeated { get; init; }

    /// <summary>Acknowledged changes that are missing, or have other content, at the end.</summary>
    public required int Lost { get; init; }

    /// <summary>Changes in the log that were never acknowledged, or are there twice.</summary>
    public required int Doubled { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("active agents of two silos", string.Join(", ", Before)), ("  and of three, a minute later", string.Join(", ", After)),
        ("readings", Read), ("  failed", FailedReads), ("acknowledged changes", Acknowledged),
        .. Repeated.Figures("repeated by the writer", "written at the same moment"), ("lost", Lost), ("doubled", Doubled),
    ];
}
