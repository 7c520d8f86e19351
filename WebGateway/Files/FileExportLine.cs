using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Blobs;

namespace AgentManagement.WebGateway.Files;

/// <summary>A line of an export that is a file.</summary>
/// <param name="File">What is known of it. Comes first: by it an import tells the line from an agent's.</param>
/// <param name="Content">Its bytes in base64; null where they are more than a line may hold.</param>
internal sealed record FileExportLine(ExportedFile File, byte[]? Content)
{
    /// <summary>Most bytes of a file that is written into its line.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <exception cref="BlobStoreException">The bytes cannot be read.</exception>
    public static async Task<FileExportLine> ReadAsync(
        string tenantId, StoredFile file, IBlobStore store, CancellationToken cancellationToken)
    {
        var described = new ExportedFile(file.Id, file.Name, file.MediaType, file.Size);
        if (file.Size > MaxBytes) return new(described, null);
        await using var stream = await store.OpenAsync(tenantId, file.Blob, new(0, file.Size), cancellationToken);
        var content = new byte[file.Size];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return new(described, content);
    }
}

/// <summary>What an export says of a file.</summary>
/// <param name="Id">Its id, which is its hash.</param>
/// <param name="Name">What it is called.</param>
/// <param name="MediaType">Its type.</param>
/// <param name="Size">Bytes.</param>
internal sealed record ExportedFile(string Id, string Name, string MediaType, long Size);
