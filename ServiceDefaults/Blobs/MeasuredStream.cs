using System.Security.Cryptography;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>Counts and hashes what is read through it, and ends at a limit.</summary>
public sealed class MeasuredStream(Stream inner, long maxBytes) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Bytes that were read.</summary>
    public long Size { get; private set; }

    /// <summary>Ends the measuring: SHA-256 of what was read.</summary>
    public byte[] Hash() => _hash.GetHashAndReset();

    /// <exception cref="TooManyBytesException">There are more bytes than may be.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await inner.ReadAsync(buffer, cancellationToken);
        Size += length;
        if (Size > maxBytes) throw new TooManyBytesException();
        _hash.AppendData(buffer.Span[..length]);
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream has more bytes than it may have.</summary>
public sealed class TooManyBytesException : Exception;
