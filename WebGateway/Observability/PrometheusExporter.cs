using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AgentManagement.WebGateway.Observability;

/// <summary>Gives all metrics as text to whoever asks. There is no package for this that is released and restores.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _gate = new();
    private string _text = "";

    public Func<int, bool>? Collect { get; set; }

    /// <summary>The metrics of this moment. Those who ask at once take turns.</summary>
    public string Read()
    {
        lock (_gate)
        {
            Collect?.Invoke(Timeout.Infinite);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        _text = PrometheusText.Of(batch);
        return ExportResult.Success;
    }
}
