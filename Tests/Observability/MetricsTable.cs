using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Observability;

/// <summary>The table of docs/metrics.md.</summary>
internal static class MetricsTable
{
    /// <summary>Its rows; labels without quotes, separated by spaces.</summary>
    public static IReadOnlyList<Row> Rows { get; } = [.. Repository.Read("docs/metrics.md").Split('\n')
        .Where(line => line.StartsWith("| `agent_management_", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .Select(cells => new Row(cells[0].Trim('`'), cells[1], cells[2], [.. cells[3].Split('`').Where((_, index) => index % 2 == 1)], cells[4]))];

    internal sealed record Row(string Name, string Type, string Unit, string[] Labels, string Meaning);
}
