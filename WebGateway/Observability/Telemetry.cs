using AgentManagement.Observability;
using AgentManagement.WebGateway.Settings;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentManagement.WebGateway.Observability;

/// <summary>
/// Gathers what the process measures, for /metrics, and with OTEL_EXPORTER_OTLP_ENDPOINT sends it and traces there.
/// It is the first of the hosted services, so that nothing is measured before anybody listens.
/// </summary>
internal sealed class Telemetry : IHostedService, IDisposable
{
    private const string ServiceName = "agent-management";

    private static readonly string[] Meters =
    [
        ServiceMeter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "Microsoft.Orleans",
    ];

    private static readonly string[] Sources = [ServiceMeter.Name, "Microsoft.AspNetCore", "Npgsql", "System.Net.Http"];

    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _meters;
    private readonly TracerProvider? _traces;

    public Telemetry(ServiceSettings settings, IConfiguration environment)
    {
        RequestMetrics.ByTenant.Start(settings.MetricsTenants);
        var meters = OpenTelemetry.Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(Meters)
            .AddReader(new BaseExportingMetricReader(_exporter));
        if (settings.TelemetryEndpoint is { } endpoint)
        {
            // The libraries read their variables by themselves, with those that say how and what else.
            var variables = new ConfigurationBuilder().AddConfiguration(environment)
                .AddInMemoryCollection([new(ServiceSettings.TelemetryEndpointName, endpoint.OriginalString)]).Build();
            meters.ConfigureServices(services => services.AddSingleton<IConfiguration>(variables)).AddOtlpExporter();
            _traces = OpenTelemetry.Sdk.CreateTracerProviderBuilder().ConfigureServices(services => services.AddSingleton<IConfiguration>(variables))
                .ConfigureResource(Describe).AddSource(Sources).AddOtlpExporter().Build();
        }
        _meters = meters.Build();
    }

    /// <summary>The text for /metrics.</summary>
    public string Read() => _exporter.Read();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _meters.Dispose();
    }

    // What the environment says of the service wins.
    private static void Describe(ResourceBuilder resource) => resource.Clear().AddService(ServiceName).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
