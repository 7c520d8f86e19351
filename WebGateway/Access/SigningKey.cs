using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>The key that signs and checks tokens: SECRET_KEY, or in development one that is made once and kept.</summary>
public static class SigningKey
{
    private const string FileName = "development.key";
    private const int RandomBytes = 48;
    private const int MinBytes = 32;

    /// <exception cref="SettingsException">There is no usable key.</exception>
    public static SymmetricSecurityKey Of(ServiceSettings settings, GatewaySettings gateway)
    {
        var text = gateway.SecretKey
            ?? (settings.IsProduction
                ? throw new SettingsException("SECRET_KEY is required in production.") : ReadOrMake(settings.DataDirectory));
        var key = Encoding.UTF8.GetBytes(text);
        return key.Length >= MinBytes
            ? new SymmetricSecurityKey(key)
            : throw new SettingsException($"The signing key must have at least {MinBytes} bytes.");
    }

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
