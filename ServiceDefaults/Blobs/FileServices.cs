using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.ServiceDefaults.Blobs;

public static class FileServices
{
    /// <summary>Where the bytes of files are: S3, without it a folder of this machine, and in production nowhere.</summary>
    public static void AddBlobStore(this IServiceCollection services, ServiceSettings settings)
    {
        services.TryAddSingleton<IBlobStore>(_ => settings.S3 is { } s3 ? new S3BlobStore(s3, OutgoingAddresses.Of(settings))
            : settings.IsProduction ? new NoBlobStore() : new FolderBlobStore(settings.DataDirectory));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FileStoreStart>());
    }
}
