namespace AgentManagement.Tests.Deployment;

/// <summary>The table of environment variables in README.</summary>
internal static class SettingsTable
{
    /// <summary>The cells of each row: variables, what they are, default, required.</summary>
    public static IReadOnlyList<string[]> Rows { get; } =
    [
        .. Repository.Read("README.md").Split("\n## ").Single(section => section.StartsWith("Configuration\n", StringComparison.Ordinal))
            .Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Trim().Split('|', StringSplitOptions.TrimEntries)[1..]),
    ];

    /// <summary>Every variable.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.SelectMany(cells => Quoted(cells[0]))];

    /// <summary>Those without which nothing starts in production.</summary>
    public static IReadOnlySet<string> Required { get; } = Rows.Where(cells => cells[3] == "yes").SelectMany(cells => Quoted(cells[0]))
        .ToHashSet();

    private static IEnumerable<string> Quoted(string cell) => cell.Split('`').Where((_, index) => index % 2 == 1);
}
