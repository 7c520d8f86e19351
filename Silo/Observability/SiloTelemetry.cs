using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AgentManagement.Silo.Observability;

internal static class SiloTelemetry
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    /// <summary>What a silo measures by looking, beside what is counted as it happens.</summary>
    public static void AddSiloTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<SqlBacklogs>();
        services.AddSingleton<BacklogMeasurement>();
        services.AddSingleton<IHousekeepingJob>(provider => provider.GetRequiredService<BacklogMeasurement>());
        services.AddSingleton<UseMeasurement>();
        services.AddSingleton<IHousekeepingJob>(provider => provider.GetRequiredService<UseMeasurement>());
        services.AddSingleton<UseMetrics>();
        services.AddSingleton<IHealthCheckPublisher, ServerMetrics>();
        services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (FirstLook, LookPeriod));
    }
}
