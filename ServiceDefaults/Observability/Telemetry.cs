using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>
/// What a process measures, for /metrics, and with OTEL_EXPORTER_OTLP_ENDPOINT where that and its traces are sent. docs/metrics.md
/// </summary>
public static class Telemetry
{
    // Npgsql.OpenTelemetry holds this name and nothing else.
    private const string Npgsql = "Npgsql";

    // Quotas and rates that may refuse one tenant.
    private const int MaxLimits = 12;

    // A series costs some hundred bytes; whom a silo named once keeps them.
    private const int MaxUseSeries = 20_000;

    // Series of what has few: the SDK makes room for all of them at once, which for 2,000, as it is without this, is 144 KB an instrument.
    private const int MaxOtherSeries = 500;

    // The one whose series are each route with each status.
    private const string Requests = "http.server.request.duration";

    public static void AddTelemetry(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            // What the environment says of the service wins.
            .ConfigureResource(resource => resource.AddService("agent-management").AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                // The server's by name: its instrumentation package adds a middleware to every request, for a label that nobody uses.
                .AddMeter(ServiceMeter.Name, Npgsql, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel")
                .AddRuntimeInstrumentation()
                .AddView($"{ServiceMeter.ByTenant}*", SeriesByTenant(settings.MetricsTenants))
                .AddView($"{ServiceMeter.Use}*", new MetricStreamConfiguration { CardinalityLimit = MaxUseSeries })
                .AddView(TenantRefusals.Name, SeriesByTenantAndLimit(settings.MetricsTenants))
                .AddPrometheusExporter(options =>
                {
                    options.ScopeInfoEnabled = false;
                    options.ScrapeResponseCacheDurationMilliseconds = 0;
                }));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
        {
            var meters = services.GetRequiredService<IMeterFactory>();
            // Another host of this process measures by itself.
            metrics.AddView(instrument => instrument.Meter.Scope is IMeterFactory other && other != meters ? MetricStreamConfiguration.Drop
                : HasFewSeries(instrument) ? new() { CardinalityLimit = MaxOtherSeries } : null);
        });
        if (settings.TelemetryEndpoint is not { } endpoint) return;
        // The exporter reads its variables by itself, with those that say how and what else.
        builder.Configuration[ServiceSettings.TelemetryEndpointName] = endpoint.OriginalString;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter())
            .WithTracing(traces => traces
                .AddSource("Microsoft.Orleans.Application", Npgsql)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddProcessor(new ClientTextRemoval())
                .AddOtlpExporter());
    }

    /// <summary>/metrics: without a token, as scrapers expect.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder root) =>
        root.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().OnManagementPortOnly();

    private static bool HasFewSeries(Instrument instrument) => instrument.Name is not (Requests or TenantRefusals.Name)
        && !instrument.Name.StartsWith(ServiceMeter.ByTenant, StringComparison.Ordinal)
        && !instrument.Name.StartsWith(ServiceMeter.Use, StringComparison.Ordinal);

    /// <summary>So many tenants have a series of their own; all others share the one that the SDK marks as its overflow.</summary>
    private static MetricStreamConfiguration SeriesByTenant(int tenants) =>
        tenants == 0 ? new() { TagKeys = [] } : new() { CardinalityLimit = tenants };

    /// <summary>The same where each tenant may have a series for each of some limits.</summary>
    private static MetricStreamConfiguration SeriesByTenantAndLimit(int tenants) =>
        tenants == 0 ? new() { TagKeys = ["limit"] } : new() { CardinalityLimit = tenants * MaxLimits };

    /// <summary>
    /// Paths, queries, the names of host and browser and grains' keys can hold what a client should not have put there; route and method
    /// say enough.
    /// </summary>
    private sealed class ClientTextRemoval : BaseProcessor<Activity>
    {
        private static readonly string[] Tags =
        [
            "url.path", "url.query", "user_agent.original", "http.request.method_original",
            "orleans.rpc.target_id", "orleans.rpc.source_id",
        ];

        public override void OnEnd(Activity activity)
        {
            foreach (var tag in Tags) activity.SetTag(tag, null);
            // Of a call to another service it is what the service knows; of a request, what the client wrote.
            if (activity.Kind is ActivityKind.Server) activity.SetTag("server.address", null);
        }
    }
}
