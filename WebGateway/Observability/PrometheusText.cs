using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AgentManagement.WebGateway.Observability;

/// <summary>Writes metrics in Prometheus' text format 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>The text of all metrics that have values.</summary>
    public static string Of(in Batch<Metric> metrics)
    {
        var text = new PrometheusText();
        foreach (var metric in metrics) text.Add(metric);
        return text.Write();
    }

    private void Add(Metric metric)
    {
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.ExponentialHistogram => null,
            _ => "gauge",
        };
        if (type is null) return;
        var name = PrometheusNames.Of(metric.Name, metric.Unit, isCounter: type == "counter");
        // One name is one thing; the instruments of a library do not always know that.
        if (!_families.TryGetValue(name, out var family)) _families.Add(name, family = new(type, metric.Description));
        if (family.Type != type) return;
        foreach (ref readonly var point in metric.GetMetricPoints()) family.Points[Labels(point.Tags)] = Point(name, metric.MetricType, point);
    }

    private static string Point(string name, MetricType type, in MetricPoint point)
    {
        var labels = Labels(point.Tags);
        if (type != MetricType.Histogram)
        {
            return Line(name, labels, type switch
            {
                MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
                MetricType.LongGauge => point.GetGaugeLastValueLong(),
                _ => point.GetGaugeLastValueDouble(),
            });
        }
        var lines = new StringBuilder();
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            lines.Append(Line($"{name}_bucket", Join(labels, $"le=\"{Number(bucket.ExplicitBound)}\""), count));
        }
        return lines.Append(Line($"{name}_sum", labels, point.GetHistogramSum())).Append(Line($"{name}_count", labels, point.GetHistogramCount())).ToString();
    }

    private static string Line(string name, string labels, double value) =>
        labels.Length == 0 ? $"{name} {Number(value)}\n" : $"{name}{{{labels}}} {Number(value)}\n";

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags) labels.TryAdd(PrometheusNames.Clean(tag.Key), Escape(Text(tag.Value)).Replace("\"", "\\\"", StringComparison.Ordinal));
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""));
    }

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Join(string labels, string last) => labels.Length == 0 ? last : $"{labels},{last}";

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private string Write()
    {
        var text = new StringBuilder();
        foreach (var (name, family) in _families)
        {
            if (family.Points.Count == 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {Escape(family.Help)}\n# TYPE {name} {family.Type}\n");
            foreach (var point in family.Points.Values) text.Append(point);
        }
        return text.ToString();
    }

    /// <summary>The series of one name, by their labels: twice the same would make all of it unreadable.</summary>
    private sealed record Family(string Type, string Help)
    {
        public SortedDictionary<string, string> Points { get; } = new(StringComparer.Ordinal);
    }
}
