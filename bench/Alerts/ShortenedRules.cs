using System.Text.RegularExpressions;

namespace AgentManagement.Bench.Alerts;

/// <summary>The rules as they are, but for how long something must last.</summary>
internal static partial class ShortenedRules
{
    // Times that are in the expression: a quarter of an hour and an hour.
    private static readonly ImmutableArray<(string Usual, string Shortened)> Ages =
    [
        ("agent_management_delivery_age_seconds) > 900", "agent_management_delivery_age_seconds) > 75"),
        ("agent_management_tasks_age_seconds) > 3600", "agent_management_tasks_age_seconds) > 30"),
    ];

    /// <exception cref="InvalidDataException">A time that is shortened is not there.</exception>
    public static string Of(string rules)
    {
        foreach (var (usual, shortened) in Ages)
        {
            if (!rules.Contains(usual, StringComparison.Ordinal)) throw new InvalidDataException($"No rule has '{usual}'.");
            rules = rules.Replace(usual, shortened, StringComparison.Ordinal);
        }
        return Duration().Replace(rules, "for: 2s");
    }

    /// <summary>The names of all alerts.</summary>
    public static IEnumerable<string> NamesOf(string rules) => Name().Matches(rules).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""for: [0-9]+[smhd]""")]
    private static partial Regex Duration();

    [GeneratedRegex("""alert: (\w+)""")]
    private static partial Regex Name();
}
