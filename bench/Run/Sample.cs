namespace AgentManagement.Bench.Run;

/// <summary>What one side did in one round. What was not measured is null.</summary>
public sealed record Sample
{
    /// <summary>Operations a second.</summary>
    public double? PerSecond { get; init; }

    /// <summary>Half took no longer, in milliseconds.</summary>
    public double? P50 { get; init; }

    /// <summary>99 of 100 took no longer, in milliseconds.</summary>
    public double? P99 { get; init; }

    /// <summary>Processor time of an operation, of all processes of the side.</summary>
    public double? CpuMicroseconds { get; init; }

    /// <summary>The most memory that the side held, its database's not counted.</summary>
    public double? PeakMegabytes { get; init; }

    /// <summary>How fast it was, in whatever unit: higher is faster.</summary>
    public double Speed => PerSecond ?? 1 / P50 ?? throw new InvalidOperationException("Neither rate nor duration was measured.");

    /// <summary>Of durations in milliseconds.</summary>
    public static Sample OfDurations(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new() { P50 = Spread.Of(sorted).Median, P99 = sorted[(int)(0.99 * (sorted.Length - 1))] };
    }

    /// <summary>The median of each figure.</summary>
    public static Sample Median(IReadOnlyCollection<Sample> samples)
    {
        return new()
        {
            PerSecond = Of(each => each.PerSecond), P50 = Of(each => each.P50), P99 = Of(each => each.P99),
            CpuMicroseconds = Of(each => each.CpuMicroseconds), PeakMegabytes = Of(each => each.PeakMegabytes),
        };

        double? Of(Func<Sample, double?> figure) =>
            samples.Select(figure).OfType<double>().ToList() is { Count: > 0 } figures ? Spread.Of(figures).Median : null;
    }
}
