using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Chaos;

/// <summary>How the chaos experiment is run.</summary>
/// <param name="Database">The address of a PostgreSQL server, or <c>own</c> for one of the experiment's own, which can be killed.</param>
/// <param name="Faults">Of <see cref="Chaos.Faults.Names"/>; they take turns.</param>
/// <param name="Duration">How long faults come; longer until each of them has come.</param>
/// <param name="MinDelay">From one fault to the next, at least.</param>
/// <param name="MaxDelay">At most.</param>
/// <param name="LongestFreeze">How long a process hangs, at most; five seconds at least.</param>
/// <param name="Seed">Of what is written and of the faults.</param>
/// <param name="Silos">How many.</param>
/// <param name="Writers">How many write at once, each to agents of its own.</param>
/// <param name="Tenants">Over how many tenants they are spread.</param>
/// <param name="WriterInterval">Longest pause of a writer between two requests.</param>
public sealed record ChaosOptions(
    string Database, ImmutableArray<string> Faults, TimeSpan Duration, TimeSpan MinDelay, TimeSpan MaxDelay, TimeSpan LongestFreeze,
    int Seed = 1, int Silos = 3, int Writers = 16, int Tenants = 4, int WriterInterval = 50);

/// <summary>What the chaos experiment found.</summary>
public sealed record ChaosReport : ExperimentReport
{
    /// <summary>How often the fault struck.</summary>
    public required int Faults { get; init; }

    /// <summary>Changes that the service confirmed.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Why writers had to repeat a request.</summary>
    public required Repetitions Repeated { get; init; }

    /// <summary>Acknowledged changes that are missing, or have other content, at the end.</summary>
    public required int Lost { get; init; }

    /// <summary>Changes in the log that were never acknowledged, or are there twice.</summary>
    public required int Doubled { get; init; }

    /// <summary>Readings beside the writing that were answered.</summary>
    public required int Read { get; init; }

    /// <summary>Those that were refused or cut off.</summary>
    public required int NotRead { get; init; }

    /// <summary>Answers that were older than what was acknowledged before the reading began.</summary>
    public required int Stale { get; init; }

    /// <summary>For each fault and each agent written to: the longest that a request waited after the fault.</summary>
    public required Distribution Unavailability { get; init; }

    /// <summary>All requests, from the first attempt to the answer.</summary>
    public required Distribution Latency { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("faults", Faults), ("acknowledged changes", Acknowledged),
        ("  a second", Math.Round(Acknowledged / Elapsed.TotalSeconds)),
        .. Repeated.Figures("repeated by the writer", "written at the same moment"),
        ("lost", Lost), ("doubled", Doubled), ("readings", Read), ("  not answered", NotRead), ("  stale", Stale),
        ("agent unavailable after a fault, seconds", Unavailability), ("request, seconds", Latency),
        ("seconds", Math.Round(Elapsed.TotalSeconds)),
    ];
}
