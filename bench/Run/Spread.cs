namespace AgentManagement.Bench.Run;

/// <summary>The figures of some rounds in three.</summary>
public sealed record Spread(double Median, double Min, double Max)
{
    /// <summary>Of at least one figure; of an even number, the median is the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Spread Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        if (sorted.Length == 0) throw new ArgumentException("There is no figure.", nameof(figures));
        return new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }
}
