using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Keys;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>
/// The text of an API key: <c>amk_{tenant}.{id}.{secret}{check}</c>. The secret is 256 random bits as 43 characters of base64url,
/// the check the first 8 hexadecimal digits of the SHA-256 of all before it: what was cut off or mistyped is known without asking,
/// and scanners for secrets know a key from what looks like one.
/// </summary>
/// <param name="TenantId">The tenant that the key says it is of. No tenant's id has a '.'.</param>
/// <param name="KeyId">Its id.</param>
/// <param name="Hash">SHA-256 of the whole text, 64 hexadecimal digits: all that leaves the gateway.</param>
internal sealed record ApiKeyText(string TenantId, string KeyId, string Hash)
{
    public const string Prefix = "amk_";

    private const int SecretBytes = 32;
    private const int SecretCharacters = 43;
    private const int CheckCharacters = 8;
    private const int KeyIdBytes = 8;
    private const int MaxCharacters = 256;

    /// <summary>Whether a token says that it is an API key; then nothing else is tried with it.</summary>
    public static bool IsMeant(string token) => token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Makes an id.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyIdBytes));

    /// <summary>Makes a secret for a key.</summary>
    /// <returns>The text, to be shown once, and its hash.</returns>
    public static (string Text, string Hash) Make(string tenantId, string keyId)
    {
        var text = $"{Prefix}{tenantId}.{keyId}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        text += CheckOf(text);
        return (text, HashOf(text));
    }

    /// <summary>Reads a key; false when it is none, whoever might know it.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (!IsMeant(text) || text.Length > MaxCharacters || text[Prefix.Length..].Split('.') is not [var tenantId, var keyId, var secret])
        {
            return false;
        }
        if (!GrainKeys.IsTenantId(tenantId) || !GrainKeys.IsApiKeyId(keyId)) return false;
        if (secret.Length != SecretCharacters + CheckCharacters || !secret.All(IsBase64Url)) return false;
        if (CheckOf(text[..^CheckCharacters]) != text[^CheckCharacters..]) return false;
        key = new(tenantId, keyId, HashOf(text));
        return true;
    }

    private static bool IsBase64Url(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    private static string CheckOf(string text) => HashOf(text)[..CheckCharacters];

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
