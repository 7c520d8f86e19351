using System.Globalization;

namespace AgentManagement.Bench.Report;

/// <summary>Many durations in four figures.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Median">Half took no longer.</param>
/// <param name="P99">99 of 100 took no longer.</param>
/// <param name="Max">None took longer.</param>
public sealed record Distribution(int Count, TimeSpan Median, TimeSpan P99, TimeSpan Max)
{
    /// <summary>Of some durations; zeros when there are none.</summary>
    public static Distribution Of(IEnumerable<TimeSpan> durations)
    {
        TimeSpan[] sorted = [.. durations.Order()];
        TimeSpan At(double part) => sorted.Length == 0
            ? TimeSpan.Zero : sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(part * sorted.Length) - 1)];
        return new(sorted.Length, At(0.5), At(0.99), At(1));
    }

    /// <summary>In seconds.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"median {Median.TotalSeconds:0.000}, p99 {P99.TotalSeconds:0.000}, most {Max.TotalSeconds:0.000} (of {Count})");
}
