using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.WebGateway.Files;

/// <summary>Links of the gateway's own to a file, for a store that has none: signed over tenant, file and end.</summary>
internal sealed class FileLinks(ServiceSettings settings)
{
    /// <summary>Where they lead to.</summary>
    public const string Route = "/files/{tenant}/{file}";

    // Another key than that of tokens: what signs the one says nothing of the other.
    private readonly byte[] _key = HMACSHA256.HashData(SecretKey.Of(settings), "agent-management file links"u8);

    /// <summary>Path and query.</summary>
    public string Make(string tenantId, string fileId, DateTimeOffset expiresAt)
    {
        var expires = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"/files/{tenantId}/{fileId}?expires={expires}&signature={Base64Url.EncodeToString(Sign(tenantId, fileId, expires))}";
    }

    /// <summary>Whether the service made the link.</summary>
    public bool IsOurs(string tenantId, string fileId, string expires, string signature)
    {
        Span<byte> shown = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.IsValid(signature, out var length) && length == shown.Length
            && Base64Url.TryDecodeFromChars(signature, shown, out _)
            && CryptographicOperations.FixedTimeEquals(shown, Sign(tenantId, fileId, expires));
    }

    /// <summary>When a link ends that is ours.</summary>
    public static DateTimeOffset EndOf(string expires) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(expires, CultureInfo.InvariantCulture));

    // None of the parts can hold a line feed.
    private byte[] Sign(string tenantId, string fileId, string expires) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{tenantId}\n{fileId}\n{expires}"));
}
