namespace AgentManagement.Domain.Tenants;

/// <summary>The names of the tiers, from the least to the most.</summary>
public static class Tiers
{
    public static ImmutableArray<string> All { get; } = ["free", "advance", "professional", "enterprise"];

    /// <summary>
    /// Whether one has at least what the other has. A tier of an operator's own file has no place among these: it is let through.
    /// </summary>
    public static bool Reaches(string tier, string least) => !All.Contains(tier) || All.IndexOf(tier) >= All.IndexOf(least);
}
