using AgentManagement.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Tests.Files;

/// <summary>A reader of files that sees no use of them, or after whose reading something happens, once.</summary>
internal sealed class BlindFiles : IFileStore, IReferenceStore
{
    private SqlFileStore _inner = null!;

    /// <summary>What to do, once, after files were read.</summary>
    public Func<Task>? AfterRead { get; set; }

    public void Replace(IServiceCollection services)
    {
        services.AddSingleton<IReferenceStore>(this);
        services.AddSingleton<IFileStore>(provider =>
        {
            _inner = new SqlFileStore(provider.GetRequiredService<Database>());
            return this;
        });
    }

    public Task<ImmutableArray<StoredFile>> ListAsync(
        string tenantId, string afterId, int limit, CancellationToken cancellationToken) =>
        _inner.ListAsync(tenantId, afterId, limit, cancellationToken);

    public async Task<ImmutableArray<StoredFile>> ReadAsync(string tenantId, ImmutableArray<string> fileIds)
    {
        var files = await _inner.ReadAsync(tenantId, fileIds);
        var (next, _) = (AfterRead, AfterRead = null);
        if (next is not null) await next();
        return files;
    }

    public Task<ImmutableArray<Referrer>> ReadReferrersAsync(string tenantId, string reference) =>
        Task.FromResult(ImmutableArray<Referrer>.Empty);

    public Task<ImmutableArray<string>> ReadBlobsAsync(string tenantId) => _inner.ReadBlobsAsync(tenantId);

    public Task<ImmutableArray<string>> ReadIdsAsync(string tenantId) => _inner.ReadIdsAsync(tenantId);

    public Task<ImmutableArray<string>> ReadTenantsAsync() => _inner.ReadTenantsAsync();
}
