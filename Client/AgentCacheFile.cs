using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>What a cache knew, on disk.</summary>
internal sealed record StoredAgents(
    int Format, string Service, string Tenant, long Revision, DateTimeOffset ConfirmedAt, IReadOnlyList<CachedAgent> Agents,
    IReadOnlyList<CachedRules>? Labels = null, IReadOnlyList<Agent>? Versions = null);

/// <summary>Where a cache keeps what it knows while nobody runs: a file of its service and tenant.</summary>
/// <param name="failed">Told of what goes wrong; the cache goes on without the file.</param>
internal sealed class AgentCacheFile(string folder, string service, string tenant, Action<Exception>? failed)
{
    private const int Format = 1;

    // Tells services and tenants apart.
    private readonly string _path = Path.Combine(
        folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{service}\n{tenant}")).AsSpan(0, 16))}.json");

    /// <summary>What was kept; null when there is nothing that can be used.</summary>
    public async Task<StoredAgents?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path)) return null;
        try
        {
            var text = await File.ReadAllBytesAsync(_path, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(text, Json.Default.StoredAgents) is { Format: Format, Agents: not null } stored
                && stored.Service == service && stored.Tenant == tenant ? stored : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            // As if there were none: the service has everything.
            failed?.Invoke(exception);
            return null;
        }
    }

    /// <summary>What is to be kept.</summary>
    public StoredAgents Of(
        long revision, DateTimeOffset confirmedAt, IReadOnlyList<CachedAgent> agents, CachedLabels labels) =>
        new(Format, service, tenant, revision, confirmedAt, agents, labels.Rules, labels.Versions);

    public async Task SaveAsync(StoredAgents stored)
    {
        var draft = $"{_path}.{Guid.NewGuid():n}";
        try
        {
            Create(folder);
            // Whole or not at all: whoever reads it may come while it is written.
            await using (var file = new FileStream(draft, OfOwner(FileMode.CreateNew)))
            {
                await JsonSerializer.SerializeAsync(file, stored, Json.Default.StoredAgents).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A disk that is full keeps nobody from reading what is in memory.
            if (File.Exists(draft)) File.Delete(draft);
            failed?.Invoke(exception);
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions OfOwner(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
