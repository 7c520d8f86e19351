using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentManagement.Tests.Observability;

/// <summary>Reads Prometheus' text format 0.0.4, and refuses what a server would refuse.</summary>
internal sealed partial class MetricsText
{
    private static readonly string[] HistogramParts = ["_bucket", "_sum", "_count"];

    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    private MetricsText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string family = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                family = help.Groups["name"].Value;
                Assert.False(_types.ContainsKey(family), $"{family} is there twice.");
            }
            else if (Kind().Match(line) is { Success: true } kind)
            {
                Assert.Equal(family, kind.Groups["name"].Value);
                _types.Add(family, kind.Groups["type"].Value);
            }
            else ReadSample(line, family);
        }
        foreach (var (name, type) in _types.Where(each => each.Value == "histogram")) CheckHistogram(name);
    }

    /// <summary>The type of each family.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Each series, as <c>name{label="value",…}</c>, with its value.</summary>
    public IReadOnlyDictionary<string, double> Series => _values;

    public static MetricsText Parse(string text) => new(text);

    /// <summary>The value of a series; 0 when it is not there.</summary>
    public double Value(string series) => _values.GetValueOrDefault(series);

    private void ReadSample(string line, string family)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, $"No sample: {line}");
        var name = sample.Groups["name"].Value;
        Assert.True(name == family || (_types[family] == "histogram" && HistogramParts.Contains(name[family.Length..])), $"{name} is not of {family}.");
        var labels = sample.Groups["label"].Captures.Select(each => each.Value).ToList();
        Assert.Equal(labels.Distinct(), labels);
        var value = sample.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        Assert.True(_values.TryAdd(line[..line.LastIndexOf(' ')], value), $"{line} is there twice.");
    }

    private void CheckHistogram(string name)
    {
        foreach (var count in _values.Where(each => each.Key == $"{name}_count" || each.Key.StartsWith($"{name}_count{{", StringComparison.Ordinal)))
        {
            var labels = count.Key[$"{name}_count".Length..].Trim('{', '}');
            var buckets = _values.Where(each => each.Key.StartsWith($"{name}_bucket{{{labels}{(labels.Length > 0 ? "," : "")}le=", StringComparison.Ordinal)).ToList();
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.EndsWith("le=\"+Inf\"}", buckets[^1].Key, StringComparison.Ordinal);
            Assert.Equal(count.Value, buckets[^1].Value);
        }
    }

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) ")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex Kind();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="([^"\\]|\\["\\n])*",?)+\})? (?<value>[+-]Inf|NaN|[-+0-9.eE]+)$""")]
    private static partial Regex Sample();
}
