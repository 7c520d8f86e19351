namespace AgentManagement.Bench.Client;

/// <summary>How often requests were repeated, and why.</summary>
/// <param name="Unavailable">They were answered with 503.</param>
/// <param name="Conflict">With 409, because of a request at the same moment.</param>
/// <param name="Unanswered">Not at all.</param>
public sealed record Repetitions(int Unavailable, int Conflict, int Unanswered)
{
    /// <summary>Those of several clients.</summary>
    public static Repetitions Sum(IEnumerable<Repetitions> all) => all.Aggregate(new Repetitions(0, 0, 0), (sum, each) =>
        new(sum.Unavailable + each.Unavailable, sum.Conflict + each.Conflict, sum.Unanswered + each.Unanswered));

    /// <summary>As a report tells them.</summary>
    /// <param name="repeated">What is repeated, or by whom.</param>
    /// <param name="conflict">What a 409 means there.</param>
    public IEnumerable<(string Name, object Value)> Figures(string repeated, string conflict) =>
        [($"{repeated}: 503", Unavailable), ($"  409, {conflict}", Conflict), ("  no answer", Unanswered)];
}
