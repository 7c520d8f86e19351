using System.Security.Cryptography;
using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.App.Commands;

/// <summary>The folder beside an export with the files that are too large for a line of it, each by its id.</summary>
/// <param name="path">Where it is; made with the first file.</param>
internal sealed class FileFolder(string path)
{
    public string Path { get; } = path;

    public static FileFolder Beside(FileInfo export) => new($"{export.FullName}.files");

    /// <summary>Where a file is, or would be.</summary>
    /// <param name="fileId">Its id, which is checked: it becomes a name in the folder.</param>
    public FileInfo Find(string fileId) => new(System.IO.Path.Combine(Path, fileId));

    /// <summary>Whether the folder has a file, with the bytes that its id says.</summary>
    public async Task<bool> HasAsync(string fileId, CancellationToken stopping)
    {
        if (Find(fileId) is not { Exists: true } file) return false;
        await using var bytes = file.OpenRead();
        return FileId.Of(await SHA256.HashDataAsync(bytes, stopping)) == fileId;
    }

    /// <summary>Adds a file; it has its name only once all of it is there.</summary>
    /// <exception cref="SettingsException">The bytes are others than the id says.</exception>
    public async Task AddAsync(string fileId, Stream content, CancellationToken stopping)
    {
        Directory.CreateDirectory(Path);
        var (target, draft) = (Find(fileId), $"{Find(fileId).FullName}.{Guid.NewGuid():n}.part");
        try
        {
            await using (var writer = File.Create(draft))
            {
                await content.CopyToAsync(writer, stopping);
                writer.Position = 0;
                if (FileId.Of(await SHA256.HashDataAsync(writer, stopping)) != fileId)
                {
                    throw new SettingsException($"The bytes of the file {fileId} are not those of its id.");
                }
            }
            File.Move(draft, target.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
