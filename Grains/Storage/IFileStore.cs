using AgentManagement.Files;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads what commits keep of files. It never writes.</summary>
public interface IFileStore
{
    /// <summary>The tenant's files in the order of their ids, after one of them.</summary>
    Task<ImmutableArray<StoredFile>> ListAsync(string tenantId, string afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Those of the files that there are.</summary>
    Task<ImmutableArray<StoredFile>> ReadAsync(string tenantId, ImmutableArray<string> fileIds);

    /// <summary>The names in the blob store of the bytes of all the tenant's files.</summary>
    Task<ImmutableArray<string>> ReadBlobsAsync(string tenantId);

    /// <summary>The ids of all the tenant's files.</summary>
    Task<ImmutableArray<string>> ReadIdsAsync(string tenantId);

    /// <summary>The tenants that have files.</summary>
    Task<ImmutableArray<string>> ReadTenantsAsync();
}
