using AgentManagement.Files;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>The store of a service that has none: in production there must be S3_BUCKET.</summary>
public sealed class NoBlobStore : IBlobStore
{
    public bool IsConfigured => false;

    public int MaxBuffered => 0;

    public Task WriteAsync(string tenantId, string blob, Stream content, long? length, CancellationToken cancellationToken) =>
        throw Missing();

    public Task<Stream> OpenAsync(string tenantId, string blob, BytePart part, CancellationToken cancellationToken) => throw Missing();

    public Task DeleteAsync(string tenantId, string blob, CancellationToken cancellationToken) => throw Missing();

    public Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore, CancellationToken cancellationToken) =>
        throw Missing();

    public Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        throw Missing();

    public Task<ImmutableArray<string>> ListTenantsAsync(CancellationToken cancellationToken) => throw Missing();

    public Uri? LinkTo(string tenantId, StoredFile file, DateTimeOffset expiresAt) => throw Missing();

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static BlobStoreException Missing() => new("The service has no blob store: S3_BUCKET is not set.");
}
