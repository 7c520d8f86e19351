using System.Globalization;
using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Load;

/// <summary>How the steady experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="Duration">How long; the first half is warming up and not judged: agents that nobody asks for leave the memory after a
/// quarter of an hour.</param>
/// <param name="Rate">Requests a second, of all kinds together.</param>
/// <param name="Seed">Of what is asked.</param>
public sealed record SteadyOptions(string Database, TimeSpan Duration, int Rate = 60, int Seed = 1);

/// <summary>What the steady experiment found.</summary>
public sealed record SteadyReport : ExperimentReport
{
    /// <summary>Requests that were answered as they must be.</summary>
    public required int Answered { get; init; }

    /// <summary>Of all requests.</summary>
    public required Distribution Latency { get; init; }

    /// <summary>Changes that the watchers heard of.</summary>
    public required long Heard { get; init; }

    /// <summary>Megabytes of memory that the process holds.</summary>
    public required Slope Memory { get; init; }

    /// <summary>Its open files and connections.</summary>
    public required Slope Handles { get; init; }

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("requests answered", Answered), ("  seconds", Latency), ("changes heard by watchers", Heard), ("memory, MB", Memory),
        ("open handles", Handles),
    ];
}

/// <summary>How a figure went on, by least squares.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="PerHour">What it gains in an hour.</param>
/// <param name="Gained">What it gained from the first sample to the last.</param>
/// <param name="Samples">How many.</param>
public sealed record Slope(double Mean, double PerHour, double Gained, int Samples)
{
    /// <summary>Of figures at times.</summary>
    public static Slope Of(IReadOnlyList<(TimeSpan At, double Value)> samples)
    {
        if (samples.Count < 2) return new(samples.Select(each => each.Value).FirstOrDefault(), 0, 0, samples.Count);
        var (x, y) = (samples.Average(each => each.At.TotalHours), samples.Average(each => each.Value));
        var spread = samples.Sum(each => Math.Pow(each.At.TotalHours - x, 2));
        var perHour = samples.Sum(each => (each.At.TotalHours - x) * (each.Value - y)) / spread;
        return new(y, perHour, perHour * (samples[^1].At - samples[0].At).TotalHours, samples.Count);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"mean {Mean:0.0}, {PerHour:+0.0;-0.0} an hour, {Gained:+0.0;-0.0} meanwhile (of {Samples})");
}
