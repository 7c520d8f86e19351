using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Silo.Observability;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Health;

internal static class HealthHosting
{
    // A check that takes longer than this has failed; until then it is still waited for, by the one that runs.
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    // Between two steps of a task; a step is bounded by what a request may do.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(5);

    /// <summary>What is asked for the silo's health.</summary>
    public static void AddHealth(this IServiceCollection services, ServiceSettings settings)
    {
        services.TryAddSingleton<BacklogAges>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<MaintenanceStore>();
        var checks = services.AddHealthChecks()
            .AddCheck<DatabaseHealthCheck>("database", tags: [ServerMetrics.Tag], timeout: LongestCheck)
            .AddCheck<WritesHealthCheck>("writes", timeout: LongestCheck)
            .AddCheck<SchemaHealthCheck>("schema", timeout: LongestCheck)
            .AddCheck<MaintenanceHealthCheck>("maintenance", timeout: LongestCheck);
        if (settings.RedisUri is not null) checks.AddCheck<RedisHealthCheck>("redis", tags: [ServerMetrics.Tag], timeout: LongestCheck);
        checks.Add(Backlog(BacklogAges.Changes, LongestWait)).Add(Backlog(BacklogAges.Tasks, LongestStep));
    }

    private static HealthCheckRegistration Backlog(string name, TimeSpan longest) => new(
        name,
        provider => new BacklogHealthCheck(
            provider.GetRequiredService<BacklogAges>(), name, longest, provider.GetRequiredService<TimeProvider>()),
        failureStatus: null, tags: null);
}
