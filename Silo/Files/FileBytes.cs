using AgentManagement.Grains.Files;
using AgentManagement.ServiceDefaults.Blobs;

namespace AgentManagement.Silo.Files;

/// <summary>The blob store, as tasks know it.</summary>
internal sealed class FileBytes(IBlobStore store) : IFileBytes
{
    public bool IsConfigured => store.IsConfigured;

    public async Task WriteAsync(string tenantId, string blob, ReadOnlyMemory<byte> content) =>
        await store.WriteAsync(tenantId, blob, new MemoryStream(content.ToArray()), content.Length, CancellationToken.None);

    public Task DeleteAsync(string tenantId, string blob) => store.DeleteAsync(tenantId, blob, CancellationToken.None);

    public Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore) =>
        store.ListAsync(tenantId, storedBefore, CancellationToken.None);

    public Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore) =>
        store.DeleteUnfinishedAsync(tenantId, startedBefore, CancellationToken.None);

    public Task<ImmutableArray<string>> ListTenantsAsync() => store.ListTenantsAsync(CancellationToken.None);
}
