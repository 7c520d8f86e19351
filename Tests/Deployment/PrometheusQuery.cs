using System.Text.RegularExpressions;
using AgentManagement.Tests.Observability;

namespace AgentManagement.Tests.Deployment;

/// <summary>What a query in PromQL names.</summary>
internal static partial class PrometheusQuery
{
    private static readonly string[] Words =
        ["and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool"];

    private static readonly string[] HistogramParts = ["_bucket", "_sum", "_count"];

    /// <summary>The series, without what a histogram's parts add to its name.</summary>
    public static IEnumerable<string> Series(string query) => Names(query).Select(FamilyOf).Distinct();

    /// <summary>The labels that a series is selected by, each with its series.</summary>
    public static IEnumerable<(string Series, string Label)> Selectors(string query) => Selector().Matches(query).SelectMany(selector =>
        selector.Groups["label"].Captures.Select(label => (FamilyOf(selector.Groups["series"].Value), label.Value)));

    private static IEnumerable<string> Names(string query)
    {
        var rest = Matchers().Replace(query, "");
        rest = Durations().Replace(rest, "");
        rest = Groupings().Replace(rest, " ");
        return Name().Matches(rest).Select(match => match.Value).Where(name => !Words.Contains(name));
    }

    // A gauge may be a count by its own name.
    private static string FamilyOf(string name) => !MetricsTable.All.ContainsKey(name)
        && Array.Find(HistogramParts, part => name.EndsWith(part, StringComparison.Ordinal)) is { } part ? name[..^part.Length] : name;

    [GeneratedRegex("""(?<series>[a-zA-Z_:][a-zA-Z0-9_:]*)\{((?<label>[a-zA-Z_]\w*)(=~|!~|!=|=)"([^"\\]|\\.)*",?\s*)*\}""")]
    private static partial Regex Selector();

    [GeneratedRegex("""\{([^}"]|"([^"\\]|\\.)*")*\}""")]
    private static partial Regex Matchers();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Durations();

    [GeneratedRegex(@"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex Groupings();

    /// <summary>A name that is neither called nor the end of a duration such as 5m.</summary>
    [GeneratedRegex(@"(?<![\w:.$])[a-zA-Z_:][a-zA-Z0-9_:]*(?![\w:]*\s*\()")]
    private static partial Regex Name();
}
