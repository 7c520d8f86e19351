using AgentManagement.Files;

namespace AgentManagement.Tests.Files;

/// <summary>A blob store that goes away, or has other bytes; counts how much is read of it at once.</summary>
internal sealed class FaultyBytes : IFileBytes
{
    private IFileBytes _inner = null!;
    private int _reading;
    private int _mostAtOnce;

    public bool IsAway { get; set; }

    public Action<byte[]>? Change { get; set; }

    /// <summary>The most reads that waited at the same time.</summary>
    public int MostAtOnce => _mostAtOnce;

    public bool IsConfigured => true;

    public FaultyBytes Before(IFileBytes inner)
    {
        _inner = inner;
        return this;
    }

    public Task WriteAsync(string tenantId, string blob, ReadOnlyMemory<byte> content) =>
        IsAway ? throw new IOException("away") : _inner.WriteAsync(tenantId, blob, content);

    public async Task<ReadOnlyMemory<byte>> ReadAsync(string tenantId, string blob, int length)
    {
        if (IsAway) throw new IOException("away");
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _reading));
        // Whoever else is to read now comes before the answer.
        await Task.Yield();
        var bytes = (await _inner.ReadAsync(tenantId, blob, length)).ToArray();
        Interlocked.Decrement(ref _reading);
        Change?.Invoke(bytes);
        return bytes;
    }

    public Task DeleteAsync(string tenantId, string blob) => _inner.DeleteAsync(tenantId, blob);

    public Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore) => _inner.ListAsync(tenantId, storedBefore);

    public Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore) => _inner.DeleteUnfinishedAsync(tenantId, startedBefore);

    public Task<ImmutableArray<string>> ListTenantsAsync() => _inner.ListTenantsAsync();
}
