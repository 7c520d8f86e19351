using AgentManagement.Domain.Files;
using AgentManagement.Grains.Files;
using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.Settings;

namespace AgentManagement.Silo.Files;

internal static class SiloFileServices
{
    private static readonly TimeSpan HealthCheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>What grains and tasks need for files.</summary>
    public static void AddFiles(this IServiceCollection services, ServiceSettings settings, SiloSettings silo)
    {
        services.AddSingleton(new FileKeeping(silo.FileGrace));
        services.AddSingleton<IFileBytes, FileBytes>();
        services.AddBlobStore(settings);
        if (settings.S3 is not null)
        {
            services.AddHealthChecks().AddCheck<FileStoreHealthCheck>("files", tags: [ServerMetrics.Tag], timeout: HealthCheckTimeout);
        }
    }
}
