using System.Globalization;

namespace AgentManagement.Bench.Run;

/// <summary>What became of a goal.</summary>
/// <param name="Goal">The goal.</param>
/// <param name="Figure">Its figure over the rounds that count; null when none does.</param>
/// <param name="Rounds">How many there were.</param>
/// <param name="Void">Those of them whose baseline drifted.</param>
/// <param name="Service">Medians of what the service did.</param>
/// <param name="Reference">Medians of what the reference did.</param>
public sealed record Finding(Goal Goal, Spread? Figure, int Rounds, int Void, Sample Service, Sample Reference)
{
    /// <summary>Whether the goal is reached; null when nothing is asked. More than half of the rounds must count.</summary>
    public bool? IsReached => Goal.Bound is null
        ? null : Figure is { } figure && 2 * Void < Rounds && Goal.IsReachedBy(figure.Median) == true;

    /// <summary>Figure, goal and void rounds, for a line of text.</summary>
    public override string ToString()
    {
        var goal = Goal.AtLeast is { } least ? $", goal ≥ {Text(least)}" : Goal.AtMost is { } most ? $", goal ≤ {Text(most)}" : "";
        var reached = IsReached is { } known ? known ? ", reached" : ", missed" : "";
        return $"{Text(Figure)}{goal}{reached}{(Void > 0 ? $"; {Void} of {Rounds} rounds void: the baseline drifted" : "")}";
    }

    private string Text(Spread? figure) => figure is null
        ? "no figure" : $"{Text(figure.Median)} ({Text(figure.Min)}–{Text(figure.Max)}){(Goal.Unit == "ratio" ? "" : $" {Goal.Unit}")}";

    private static string Text(double figure) => figure.ToString("0.00", CultureInfo.InvariantCulture);
}
