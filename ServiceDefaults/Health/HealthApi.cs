using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>Health, for probes and people; without a token.</summary>
public static class HealthApi
{
    // Without the database agents are still read, without Redis written, too; taking the gateways out of service would end that.
    private static readonly ImmutableArray<string> NeededToServe = ["silo", "revocations"];

    // What waits there waits for servers that are parts themselves, or for somebody else's.
    private static readonly ImmutableArray<string> Needed = [.. NeededToServe, "database", "writes", "schema", "redis"];
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(4);

    public static void MapHealth(this IEndpointRouteBuilder root)
    {
        var health = root.MapGroup("/health").WithTags("Operations").AllowAnonymous().OnBothPorts();
        health.MapGet("/", Check).WithName("getHealth").Produces<HealthResponse>()
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/ready", Ready).WithName("getReadiness").Produces<HealthResponse>()
            .Produces<HealthResponse>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/live", Live).WithName("getLiveness");
    }

    /// <summary>This process answers. Asks nobody else: a database that is down must not restart the gateways.</summary>
    public static Ok<HealthResponse> Live() => TypedResults.Ok(HealthResponse.Of([]) with { Version = null });

    /// <summary>Asks the silo and its servers; 503 when one of them does not answer. What only waits makes it degraded.</summary>
    public static async Task<JsonHttpResult<HealthResponse>> Check(
        HttpContext http, IClusterClient cluster, SiloContact contact, IEnumerable<IReadinessPart> own, ServiceSettings settings,
        HealthMemory memory, TimeProvider time, ILogger<HealthResponse> logger) =>
        Answer(http, settings, HealthResponse.Of(await AskAsync(memory, cluster, contact, own, logger), Needed) with
        {
            NextMaintenance = settings.MaintenanceWindow?.At(time.GetUtcNow()),
        });

    /// <summary>Asks the same; 503 only while no silo answers, or this process does not know what it needs to serve.</summary>
    public static async Task<JsonHttpResult<HealthResponse>> Ready(
        HttpContext http, IClusterClient cluster, SiloContact contact, IEnumerable<IReadinessPart> own, ServiceSettings settings,
        HealthMemory memory, ILogger<HealthResponse> logger) =>
        Answer(http, settings, HealthResponse.Of(await AskAsync(memory, cluster, contact, own, logger), NeededToServe));

    // Which servers there are and what ails them is for operators, where they have a port of their own.
    private static JsonHttpResult<HealthResponse> Answer(HttpContext http, ServiceSettings settings, HealthResponse health)
    {
        var isHidden = settings is { IsProduction: true, ManagementPort: not null } && !ManagementPort.IsUsedBy(http);
        return TypedResults.Json(
            isHidden ? health with { Parts = [], Version = null } : health,
            statusCode: health.Status == HealthResponse.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static async Task<ImmutableArray<HealthPart>> AskAsync(
        HealthMemory memory, IClusterClient cluster, SiloContact contact, IEnumerable<IReadinessPart> own, ILogger logger)
    {
        var parts = await memory.AskAsync(() => AskSiloAsync(cluster, contact, logger));
        return [.. parts, .. own.Select(part => part.Check()).Where(part => !part.Healthy)];
    }

    private static async Task<ImmutableArray<HealthPart>> AskSiloAsync(IClusterClient cluster, SiloContact contact, ILogger logger)
    {
        try
        {
            var parts = await cluster.GetGrain<IHealthGrain>(IHealthGrain.Key).CheckAsync().WaitAsync(SiloTimeout);
            return [contact.Note(answered: true), .. parts];
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.HealthCheckFailed, exception, "The silo did not answer the health check");
            return [contact.Note(answered: false)];
        }
    }
}
