using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Webhooks;

/// <summary>
/// Makes the secrets of webhooks, and encrypts them: unlike those of API keys they are needed again, to sign. Under a key of their own,
/// derived of SECRET_KEY; under another SECRET_KEY none can be read, and each webhook's is rotated.
/// </summary>
public sealed class WebhookSecrets(byte[] secretKey)
{
    private const string Prefix = "whsec_";
    private const int SecretBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>The form of what is encrypted.</summary>
    private const byte Form = 1;

    private readonly byte[] _key =
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secretKey, 32, info: Encoding.UTF8.GetBytes("agent-management webhook secrets 1"));

    /// <exception cref="SettingsException">There is no usable SECRET_KEY.</exception>
    public static WebhookSecrets Of(ServiceSettings settings) => new(SecretKey.Of(settings));

    /// <summary>Makes a secret of a webhook.</summary>
    /// <returns>The text, to be shown once, and what is kept of it.</returns>
    public (string Text, string Encrypted) Make(string tenantId, string webhookId)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return (Prefix + Convert.ToBase64String(secret), Encrypt(secret, tenantId, webhookId));
    }

    /// <summary>The secret's bytes; null when it was encrypted under another key, or for another webhook.</summary>
    public byte[]? Decrypt(string encrypted, string tenantId, string webhookId)
    {
        var bytes = new byte[encrypted.Length];
        if (!Convert.TryFromBase64String(encrypted, bytes, out var length) || length <= 1 + NonceBytes + TagBytes || bytes[0] != Form)
        {
            return null;
        }
        var sealedBytes = bytes.AsSpan(1, length - 1);
        var secret = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key, TagBytes);
        try
        {
            cipher.Decrypt(
                sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), secret,
                PlaceOf(tenantId, webhookId));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private string Encrypt(byte[] secret, string tenantId, string webhookId)
    {
        var bytes = new byte[1 + NonceBytes + TagBytes + secret.Length];
        bytes[0] = Form;
        var sealedBytes = bytes.AsSpan(1);
        RandomNumberGenerator.Fill(sealedBytes[..NonceBytes]);
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Encrypt(
            sealedBytes[..NonceBytes], secret, sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes),
            PlaceOf(tenantId, webhookId));
        return Convert.ToBase64String(bytes);
    }

    // What was copied to another webhook's place cannot be read there.
    private static byte[] PlaceOf(string tenantId, string webhookId) => Encoding.UTF8.GetBytes($"{tenantId}/{webhookId}");
}
