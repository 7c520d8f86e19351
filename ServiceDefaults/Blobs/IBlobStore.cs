using AgentManagement.Files;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>Keeps the bytes of files. A name is given once and never written over; each tenant has a place of its own.</summary>
public interface IBlobStore
{
    /// <summary>Whether there is one.</summary>
    bool IsConfigured => true;

    /// <summary>Most bytes of one stream that it keeps in memory while it stores it.</summary>
    int MaxBuffered { get; }

    /// <summary>Stores a stream under a name. What fails on the way leaves nothing that can be read under it.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="blob">The name.</param>
    /// <param name="content">The stream.</param>
    /// <param name="length">How long it is; null where that is not known.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="BlobStoreException">The store does not answer, or refuses.</exception>
    Task WriteAsync(string tenantId, string blob, Stream content, long? length, CancellationToken cancellationToken);

    /// <summary>Reads a part of what is stored.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="blob">The name.</param>
    /// <param name="part">Which bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BlobStoreException">As for writing; or there is nothing of this name.</exception>
    Task<Stream> OpenAsync(string tenantId, string blob, BytePart part, CancellationToken cancellationToken);

    /// <summary>Deletes what is stored; what is not there, too.</summary>
    /// <exception cref="BlobStoreException">As for writing.</exception>
    Task DeleteAsync(string tenantId, string blob, CancellationToken cancellationToken);

    /// <summary>The names under which the tenant has stored something before a time.</summary>
    /// <exception cref="BlobStoreException">As for writing.</exception>
    Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore, CancellationToken cancellationToken);

    /// <summary>Removes what is left of writes that began before a time and never ended.</summary>
    /// <exception cref="BlobStoreException">As for writing.</exception>
    Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore, CancellationToken cancellationToken);

    /// <summary>The tenants that have stored something, or begun to.</summary>
    /// <exception cref="BlobStoreException">As for writing.</exception>
    Task<ImmutableArray<string>> ListTenantsAsync(CancellationToken cancellationToken);

    /// <summary>An address of the store's own from which anybody can download the file until a time; null where it has none.</summary>
    Uri? LinkTo(string tenantId, StoredFile file, DateTimeOffset expiresAt);

    /// <summary>Asks the store whether it would work.</summary>
    /// <exception cref="BlobStoreException">As for writing.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Some of a file's bytes.</summary>
/// <param name="From">The first one, from 0.</param>
/// <param name="Length">How many.</param>
public readonly record struct BytePart(long From, long Length);

/// <summary>The blob store could not do what was asked.</summary>
/// <param name="message">What happened, without addresses or credentials.</param>
/// <param name="cause">For the log.</param>
public sealed class BlobStoreException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The store answers and will not have us: its settings are wrong, and trying again will not help.</summary>
    public bool IsRefused { get; init; }
}
