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
