using System.Text.RegularExpressions;

namespace AgentManagement.Bench.Alerts;

/// <summary>The rules as they are, but for how long something must last and how far back they look.</summary>
internal static partial class ShortenedRules
{
    /// <summary>How far back they look: whatever is counted over a time is over so long after its end.</summary>
    private const string Window = "30s";

    // Times that are in the expression: a quarter of an hour, an hour, half a day and a quarter of one.
    private static readonly ImmutableArray<(string Usual, string Shortened)> Ages =
    [
        ("agent_management_delivery_age_seconds) > 900", "agent_management_delivery_age_seconds) > 75"),
        ("agent_management_tasks_age_seconds) > 3600", "agent_management_tasks_age_seconds) > 30"),
        ("agent_management_webhooks_failing_age_seconds) > 43200", "agent_management_webhooks_failing_age_seconds) > 10"),
        ("agent_management_releases_blocked_age_seconds) > 21600", "agent_management_releases_blocked_age_seconds) > 10"),
    ];

    /// <exception cref="InvalidDataException">A time that is shortened is not there.</exception>
    public static string Of(string rules)
    {
        foreach (var (usual, shortened) in Ages)
        {
            if (!rules.Contains(usual, StringComparison.Ordinal)) throw new InvalidDataException($"No rule has '{usual}'.");
            rules = rules.Replace(usual, shortened, StringComparison.Ordinal);
        }
        return Duration().Replace(LooksBack().Replace(rules, Window), "for: 2s");
    }

    /// <summary>The names of all alerts.</summary>
    public static IEnumerable<string> NamesOf(string rules) => Name().Matches(rules).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""for: [0-9]+[smhd]""")]
    private static partial Regex Duration();

    [GeneratedRegex("""(?<=\[|offset )[0-9]+[smhd]""")]
    private static partial Regex LooksBack();

    [GeneratedRegex("""alert: (\w+)""")]
    private static partial Regex Name();
}
