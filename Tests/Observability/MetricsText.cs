using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentManagement.Tests.Observability;

/// <summary>Reads what /metrics answers. Whether Prometheus would, promtool says.</summary>
internal sealed partial class MetricsText
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    private MetricsText(string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Kind().Match(line) is { Success: true } kind) _types.Add(kind.Groups["name"].Value, kind.Groups["type"].Value);
            else if (!line.StartsWith('#')) ReadSample(line);
        }
    }

    /// <summary>The type of each family.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Each series, as <c>name{label="value",…}</c> with its labels in order, and its value.</summary>
    public IReadOnlyDictionary<string, double> Series => _values;

    public static MetricsText Parse(string text) => new(text);

    /// <summary>The value of a series; 0 when it is not there.</summary>
    public double Value(string series) => _values.GetValueOrDefault(series);

    /// <summary>By how much a series is more than it was.</summary>
    public double Rise(MetricsText before, string series) => Value(series) - before.Value(series);

    private void ReadSample(string line)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, $"No sample: {line}");
        var labels = string.Join(',', sample.Groups["label"].Captures.Select(label => label.Value).Order(StringComparer.Ordinal));
        var value = sample.Groups["value"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        var name = sample.Groups["name"].Value;
        Assert.True(_values.TryAdd(labels.Length == 0 ? name : $"{name}{{{labels}}}", value), $"{line} is there twice.");
    }

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>[a-z]+)$")]
    private static partial Regex Kind();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"),?)*\})? (?<value>[+-]Inf|NaN|[-+0-9.eE]+)( [0-9]+)?$""")]
    private static partial Regex Sample();
}
