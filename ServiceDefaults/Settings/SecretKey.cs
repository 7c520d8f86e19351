using System.Security.Cryptography;
using System.Text;
using AgentManagement.ClusterClient.Hosting;

namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>
/// What gateways sign tokens with, and gateways and silos the callers of grains: SECRET_KEY, or in development one that is made once and
/// kept.
/// </summary>
public static class SecretKey
{
    private const string FileName = "development.key";
    private const int RandomBytes = 48;
    private const int MinBytes = 32;

    /// <exception cref="SettingsException">There is no usable key.</exception>
    public static byte[] Of(ServiceSettings settings)
    {
        var text = settings.SecretKey
            ?? (settings.IsProduction
                ? throw new SettingsException("SECRET_KEY is required in production.") : ReadOrMake(settings.DataDirectory));
        var key = Encoding.UTF8.GetBytes(text);
        return key.Length >= MinBytes
            ? key
            : throw new SettingsException($"The signing key must have at least {MinBytes} bytes.");
    }

    /// <summary>The keys that callers of grains are signed with.</summary>
    /// <exception cref="SettingsException">There is no usable key.</exception>
    public static CallerKeys CallersOf(ServiceSettings settings) => CallerKeys.OfPlatform(Of(settings), settings.ServiceToken);

    private static string ReadOrMake(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.GetFullPath(Path.Combine(directory, FileName));
        // Of several processes that start at once, one makes the key and the others read it.
        using var gate = new Mutex(
            initiallyOwned: false, $"agent-management-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))}");
        try
        {
            gate.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Its owner died, and the gate is ours: a key is moved into place whole, or not at all.
        }
        try
        {
            if (!File.Exists(path)) Make(path);
            return File.ReadAllText(path).Trim();
        }
        finally
        {
            gate.ReleaseMutex();
        }
    }

    private static void Make(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes)));
        }
        File.Move(draft, path);
    }
}
