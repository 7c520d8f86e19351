using AgentManagement.Files;
using AgentManagement.Silo.Health;
using AgentManagement.Silo.Observability;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Files;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.Silo.Files;

internal static class SiloFileServices
{
    private static readonly TimeSpan HealthCheckPatience = TimeSpan.FromSeconds(2);

    /// <summary>What grains and tasks need for files.</summary>
    public static void AddFiles(this IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(new FileKeeping(settings.FileGrace));
        services.AddSingleton<IFileBytes, FileBytes>();
        services.AddSingleton<FileImport>();
        services.AddBlobStore(settings);
        if (settings.S3 is not null) services.AddHealthChecks().AddCheck<FileStoreHealthCheck>("files", tags: [ServerMetrics.Tag], timeout: HealthCheckPatience);
    }
}
