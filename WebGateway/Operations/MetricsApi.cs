using AgentManagement.WebGateway.Observability;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Operations;

/// <summary>What the process measures, for Prometheus; without a token, as scrapers expect. docs/metrics.md</summary>
internal static class MetricsApi
{
    public static void MapMetrics(this IEndpointRouteBuilder root) =>
        root.MapGet("/metrics", Read).WithName("getMetrics").AllowAnonymous().ExcludeFromDescription();

    public static ContentHttpResult Read(Telemetry telemetry) => TypedResults.Text(telemetry.Read(), PrometheusText.MediaType);
}
