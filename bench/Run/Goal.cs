namespace AgentManagement.Bench.Run;

/// <summary>A figure that relates the service to its reference, and what it shall be.</summary>
/// <param name="Id">Its name in results, such as R1.</param>
/// <param name="Title">What is divided by what.</param>
/// <param name="Figure">The figure of a round.</param>
public sealed record Goal(string Id, string Title, Func<Sample, Sample, double> Figure)
{
    /// <summary>The figure shall be this or more; null when it need not.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The figure shall be this or less; null when it need not.</summary>
    public double? AtMost { get; init; }

    /// <summary>What the figure is counted in.</summary>
    public string Unit { get; init; } = "ratio";

    /// <summary>The bound, as results write it; null when there is none.</summary>
    public double? Bound => AtLeast ?? AtMost;

    /// <summary>Whether a figure is as it shall be; null when nothing is asked of it.</summary>
    public bool? IsReachedBy(double figure) => AtLeast is { } least ? figure >= least : AtMost is { } most ? figure <= most : null;

    /// <summary>Operations a second, the service's in the reference's.</summary>
    public static double Rate(Sample service, Sample reference) => service.PerSecond!.Value / reference.PerSecond!.Value;

    /// <summary>Medians of durations, the service's in the reference's.</summary>
    public static double Duration(Sample service, Sample reference) => service.P50!.Value / reference.P50!.Value;

    /// <summary>99th percentiles of durations, the service's in the reference's.</summary>
    public static double Tail(Sample service, Sample reference) => service.P99!.Value / reference.P99!.Value;

    /// <summary>What an operation costs where all clients wait for answers: the reference's rate in the service's.</summary>
    public static double Cost(Sample service, Sample reference) => reference.PerSecond!.Value / service.PerSecond!.Value;
}
