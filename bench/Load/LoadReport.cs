using AgentManagement.Bench.Report;

namespace AgentManagement.Bench.Load;

/// <summary>How the load experiment is run.</summary>
/// <param name="Database">See <see cref="Service.DataLocation.CreateAsync"/>.</param>
/// <param name="History">Versions that the old agent has before anything is measured.</param>
/// <param name="Samples">How often each request is measured.</param>
public sealed record LoadOptions(string Database, int History = 10_000, int Samples = 1_000);

/// <summary>Durations of one kind of request.</summary>
public sealed record Durations(string Name, ImmutableArray<double> Milliseconds)
{
    public double Median => Percentile(0.5);

    /// <summary>The 99th percentile.</summary>
    public double High => Percentile(0.99);

    private double Percentile(double part) => Milliseconds.Order().ElementAt((int)(part * (Milliseconds.Length - 1)));
}

/// <summary>What the load experiment found. Ratios are of medians measured in turns within one run.</summary>
public sealed record LoadReport(int History, int Samples, ImmutableArray<Durations> Requests) : ExperimentReport
{
    /// <summary>PUT on an agent with a long history, in PUTs on a new one.</summary>
    public double OldToNew => Ratio(LoadExperiment.PutOld, LoadExperiment.PutNew);

    /// <summary>GET answered 304, in GETs answered 200.</summary>
    public double NotModifiedToFull => Ratio(LoadExperiment.GetNotModified, LoadExperiment.GetFull);

    /// <summary>PUT without an edit, in PUTs with one.</summary>
    public double UnchangedToChanged => Ratio(LoadExperiment.PutUnchanged, LoadExperiment.PutOld);

    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("versions of the old agent", History), ("samples of each request, in turns", Samples),
        ("PUT at the old agent / PUT at version 1", Math.Round(OldToNew, 2)),
        ("  99th percentiles", Math.Round(Find(LoadExperiment.PutOld).High / Find(LoadExperiment.PutNew).High, 2)),
        ("GET 304 / GET 200", Math.Round(NotModifiedToFull, 2)),
        ("PUT unchanged / PUT changed", Math.Round(UnchangedToChanged, 2)),
        ("create / PUT changed", Math.Round(Ratio(LoadExperiment.Create, LoadExperiment.PutOld), 2)),
        .. Requests.Select(each => ($"{each.Name}, ms: median, 99th", (object)$"{Math.Round(each.Median, 2)}, {Math.Round(each.High, 2)}")),
    ];

    private double Ratio(string one, string other) => Find(one).Median / Find(other).Median;

    private Durations Find(string name) => Requests.Single(each => each.Name == name);
}
