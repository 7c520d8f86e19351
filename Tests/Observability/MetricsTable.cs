using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Observability;

/// <summary>The tables of docs/metrics.md.</summary>
internal static class MetricsTable
{
    /// <summary>The rows of the service's own; labels without quotes, separated by spaces.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
        [.. Cells("The service's own").Select(cells => new Row(Name(cells), cells[1], cells[2], Labels(cells[3]), cells[4]))];

    /// <summary>Each series of the service and of others, with its labels.</summary>
    public static IReadOnlyDictionary<string, string[]> All { get; } = Rows.Select(row => KeyValuePair.Create(row.Name, row.Labels))
        .Concat(Cells("Series of others").Select(cells => KeyValuePair.Create(Name(cells), Labels(cells[2])))).ToDictionary();

    private static IEnumerable<string[]> Cells(string section) => Repository.Read("docs/metrics.md").Split("\n## ")
        .Single(text => text.StartsWith($"{section}\n", StringComparison.Ordinal)).Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

    private static string Name(string[] cells) => cells[0].Trim('`');

    // A label's words may follow it, after a colon.
    private static string[] Labels(string cell) => [.. cell.Split('`').Where((_, index) => index % 2 == 1)];

    internal sealed record Row(string Name, string Type, string Unit, string[] Labels, string Meaning);
}
