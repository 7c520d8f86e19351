using AgentManagement.Files;
using AgentManagement.Keys;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>
/// Bytes in a folder, for a service on one machine. A file is there under its name only when it is whole and on the disk.
/// </summary>
public sealed class FolderBlobStore(string directory) : IBlobStore
{
    private const string Unfinished = ".part";
    private const int BufferBytes = 128 * 1024;

    public int MaxBuffered => 2 * BufferBytes;

    public Task WriteAsync(
        string tenantId, string blob, Stream content, long? length, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        var path = PathOf(tenantId, blob);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + Unfinished;
        try
        {
            await using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            {
                await content.CopyToAsync(file, BufferBytes, cancellationToken);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    });

    public async Task<Stream> OpenAsync(string tenantId, string blob, BytePart part, CancellationToken cancellationToken)
    {
        FileStream? file = null;
        await TryAsync(() =>
        {
            file = new FileStream(PathOf(tenantId, blob), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes,
                FileOptions.Asynchronous);
            file.Position = part.From;
            return Task.CompletedTask;
        });
        return file!;
    }

    public Task DeleteAsync(string tenantId, string blob, CancellationToken cancellationToken) => TryAsync(() =>
    {
        var path = PathOf(tenantId, blob);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    });

    public async Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names = [];
        await TryAsync(() =>
        {
            names = [.. FilesOf(tenantId).Where(file => GrainKeys.IsBlob(file.Name) && file.LastWriteTimeUtc < storedBefore)
                .Select(file => file.Name)];
            return Task.CompletedTask;
        });
        return names;
    }

    public Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore, CancellationToken cancellationToken) => TryAsync(() =>
    {
        foreach (var file in FilesOf(tenantId).Where(file => file.Name.EndsWith(Unfinished, StringComparison.Ordinal)
            && file.CreationTimeUtc < startedBefore)) file.Delete();
        return Task.CompletedTask;
    });

    public async Task<ImmutableArray<string>> ListTenantsAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<string> tenants = [];
        await TryAsync(() =>
        {
            var root = new DirectoryInfo(Path.Combine(directory, BlobKey.Root));
            tenants = root.Exists ? [.. root.EnumerateDirectories().Select(each => each.Name).Where(GrainKeys.IsTenantId)] : [];
            return Task.CompletedTask;
        });
        return tenants;
    }

    /// <summary>None: the gateway makes links of its own to a folder.</summary>
    public Uri? LinkTo(string tenantId, StoredFile file, DateTimeOffset expiresAt) => null;

    public Task CheckAsync(CancellationToken cancellationToken) => TryAsync(() =>
    {
        Directory.CreateDirectory(Path.Combine(directory, BlobKey.Root));
        return Task.CompletedTask;
    });

    private IEnumerable<FileInfo> FilesOf(string tenantId)
    {
        var folder = new DirectoryInfo(Path.Combine(directory, BlobKey.PrefixOf(tenantId)));
        return folder.Exists ? folder.EnumerateFiles() : [];
    }

    private string PathOf(string tenantId, string blob) => Path.Combine(directory, BlobKey.Of(tenantId, blob));

    // What the client's own stream throws is the client's, and passes.
    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException
            || (exception is IOException && exception.GetType() == typeof(IOException)))
        {
            throw new BlobStoreException("The folder of the files cannot be used.", exception);
        }
    }
}
