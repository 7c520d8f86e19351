namespace AgentManagement.Bench.Run;

/// <summary>
/// A reference that is measured again and again on a steady machine always does the same. A round in which it did not says more of the
/// machine than of the service.
/// </summary>
public static class Drift
{
    /// <summary>How far a round's baseline may be from the median of all.</summary>
    public const double Max = 0.2;

    /// <summary>For each round, whether it is void.</summary>
    /// <param name="baselines">What the reference did in each round, in any unit.</param>
    public static ImmutableArray<bool> FindVoid(IReadOnlyCollection<double> baselines)
    {
        if (baselines.Count == 0) return [];
        var median = Spread.Of(baselines).Median;
        return [.. baselines.Select(each => Math.Abs(each - median) > Max * median)];
    }
}
