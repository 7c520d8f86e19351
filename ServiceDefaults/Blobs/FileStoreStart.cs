using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>Asks the blob store at the start. Settings that it refuses end the start; one that does not answer yet may later.</summary>
public sealed class FileStoreStart(IBlobStore store, ILogger<FileStoreStart> logger) : IHostedService
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="SettingsException">The store refuses the settings.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.CheckAsync(cancellationToken).WaitAsync(CheckTimeout, cancellationToken);
        }
        catch (BlobStoreException exception) when (exception.IsRefused)
        {
            throw new SettingsException(
                "The service cannot start: the S3 store refuses S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY or S3_REGION.");
        }
        catch (Exception exception) when (exception is BlobStoreException or TimeoutException)
        {
            logger.LogWarning(
                LogEvents.BlobStoreUnreachable, exception, "The blob store does not answer; files cannot be read or stored until it does");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
