namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>The answer of a store that may fall silent in the middle: each read has a timeout.</summary>
public sealed class TimeoutStream(Stream inner, TimeSpan timeout) : ReadOnlyStream
{
    /// <exception cref="BlobStoreException">Nothing came in time, or the connection was lost.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await inner.ReadAsync(buffer, limit.Token);
        }
        catch (Exception exception) when (
            exception is IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new BlobStoreException("The S3 store ended its answer before its end.", exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
