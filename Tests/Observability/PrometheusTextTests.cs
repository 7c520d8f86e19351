using System.Diagnostics.Metrics;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Observability;
using OpenTelemetry.Metrics;

namespace AgentManagement.Tests.Observability;

/// <summary>The text is one that Prometheus reads, whatever instruments and labels there are.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new($"odd-{Guid.NewGuid()}");
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusTextTests() => _provider = OpenTelemetry.Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name).AddReader(new BaseExportingMetricReader(_exporter)).Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
        _exporter.Dispose();
    }

    [Fact]
    public async Task Odd_labels_names_and_values_are_escaped()
    {
        var counter = _meter.CreateCounter<long>("odd-name.of/things", "By", "Two\nlines, and a \\.");
        counter.Add(1, new KeyValuePair<string, object?>("tag.1", "a\"b\\c\nd"), new KeyValuePair<string, object?>("1st", true));
        counter.Add(2, new KeyValuePair<string, object?>("tag.1", null));
        _meter.CreateGauge<double>("gauge").Record(double.PositiveInfinity);
        _meter.CreateGauge<double>("another", "%").Record(0.1);
        _meter.CreateUpDownCounter<int>("up_down", "{thing}").Add(-3);

        var metrics = MetricsText.Parse(_exporter.Read());

        Assert.Equal(1, metrics.Value("""odd_name_of_things_bytes_total{_1st="true",tag_1="a\"b\\c\nd"}"""));
        Assert.Equal(2, metrics.Value("""odd_name_of_things_bytes_total{tag_1=""}"""));
        Assert.Equal((double.PositiveInfinity, 0.1, -3), (metrics.Value("gauge"), metrics.Value("another_percent"), metrics.Value("up_down")));
        Assert.Equal(["gauge", "gauge", "counter", "gauge"], metrics.Types.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Value));
        await Promtool.CheckAsync(_exporter.Read());
    }

    [Fact]
    public async Task Histograms_have_rising_buckets_up_to_all()
    {
        var histogram = _meter.CreateHistogram("time", "s", "Time.", advice: ServiceMeter.Durations);
        foreach (var value in (double[])[0.0001, 0.003, 0.003, 100]) histogram.Record(value, new KeyValuePair<string, object?>("outcome", "written"));

        var metrics = MetricsText.Parse(_exporter.Read());

        Assert.Equal(1, metrics.Value("""time_seconds_bucket{outcome="written",le="0.001"}"""));
        Assert.Equal(3, metrics.Value("""time_seconds_bucket{outcome="written",le="0.005"}"""));
        Assert.Equal(3, metrics.Value("""time_seconds_bucket{outcome="written",le="30"}"""));
        Assert.Equal(4, metrics.Value("""time_seconds_bucket{outcome="written",le="+Inf"}"""));
        Assert.Equal(100.0061, metrics.Value("""time_seconds_sum{outcome="written"}"""), 1e-9);
        await Promtool.CheckAsync(_exporter.Read());
    }

    [Fact]
    public void What_libraries_call_the_same_is_there_once()
    {
        using var other = new Meter(_meter.Name, "2");
        foreach (var meter in (Meter[])[_meter, other]) meter.CreateCounter<long>("same").Add(1);
        _meter.CreateGauge<long>("same_total").Record(7);
        Assert.Single(MetricsText.Parse(_exporter.Read()).Series);
    }

    [Fact]
    public async Task Many_who_ask_at_once_are_all_answered()
    {
        _meter.CreateCounter<long>("some").Add(1);
        var texts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(_exporter.Read)));
        Assert.All(texts, text => Assert.Equal(1, MetricsText.Parse(text).Value("some_total")));
    }
}
