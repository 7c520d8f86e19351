using System.Globalization;

namespace AgentManagement.Bench.Report;

/// <summary>What an experiment found.</summary>
public abstract record ExperimentReport
{
    private const int MaxProblemsShown = 20;

    /// <summary>Everything that is not as it must be.</summary>
    public required ImmutableArray<string> Problems { get; init; }

    /// <summary>Name and value of each figure, in the order to print.</summary>
    public abstract IEnumerable<(string Name, object Value)> Figures { get; }

    /// <summary>Whether all is as it must be.</summary>
    public bool IsGood => Problems.IsEmpty;

    /// <summary>Prints the figures and the first problems as plain text.</summary>
    public void Print(TextWriter output)
    {
        foreach (var (name, value) in Figures)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-44} {value}"));
        }
        foreach (var problem in Problems.Take(MaxProblemsShown)) output.WriteLine($"  PROBLEM {problem}");
        if (Problems.Length > MaxProblemsShown) output.WriteLine($"  … and {Problems.Length - MaxProblemsShown} more problems");
        output.WriteLine(IsGood ? "  good" : $"  {Problems.Length} problems");
    }
}

/// <summary>Lets experiments of different reports stand in one table.</summary>
public static class ExperimentReports
{
    /// <summary>The report as any report.</summary>
    public static async Task<ExperimentReport> Report<T>(this Task<T> running) where T : ExperimentReport => await running;
}
