using System.Globalization;

namespace AgentManagement.Bench.Run;

/// <summary>Rounds of the service and of its reference, in turns.</summary>
/// <param name="Rounds">What both did in each.</param>
/// <param name="Goals">What they are compared in.</param>
public sealed record Comparison(ImmutableArray<(Sample Service, Sample Reference)> Rounds, ImmutableArray<Goal> Goals)
{
    /// <summary>What became of each goal; rounds whose baseline drifted do not count.</summary>
    public IEnumerable<Finding> Find()
    {
        var isVoid = Drift.FindVoid([.. Rounds.Select(round => round.Reference.Speed)]);
        var valid = Rounds.Where((_, index) => !isVoid[index]).ToList();
        // Where none counts, those of all tell at least what was going on.
        var shown = valid.Count > 0 ? valid : [.. Rounds];
        var (service, reference) =
            (Sample.Median([.. shown.Select(round => round.Service)]), Sample.Median([.. shown.Select(round => round.Reference)]));
        return Goals.Select(goal => new Finding(
            goal, valid.Count == 0 ? null : Spread.Of(valid.Select(round => goal.Figure(round.Service, round.Reference))), Rounds.Length,
            Rounds.Length - valid.Count, service, reference));
    }
}

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
