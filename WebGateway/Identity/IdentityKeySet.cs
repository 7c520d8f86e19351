using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Identity;

/// <summary>What the Identity Service says of itself: who it is, its keys, and where it introspects.</summary>
/// <param name="Issuer">Letter for letter what tokens name.</param>
/// <param name="Keys">RSA and elliptic curves only.</param>
/// <param name="IntrospectionEndpoint">Null when the service does not introspect.</param>
/// <param name="At">When it said so.</param>
internal sealed record IdentityKeySet(string Issuer, ImmutableArray<SecurityKey> Keys, string? IntrospectionEndpoint, DateTimeOffset At)
{
    private const int MinRsaBits = 2048;

    /// <summary>Takes a discovery document with its keys; null when it cannot be relied on.</summary>
    public static IdentityKeySet? Of(OpenIdConnectConfiguration document, IdentityClient client, DateTimeOffset at)
    {
        var endpoint = string.IsNullOrEmpty(document.IntrospectionEndpoint) ? null : document.IntrospectionEndpoint;
        ImmutableArray<SecurityKey> keys = [.. document.SigningKeys.Where(IsUsable)];
        return keys.Length > 0 && client.IsOwn(document.Issuer) && (endpoint is null || client.IsOwn(endpoint))
            ? new(document.Issuer, keys, endpoint, at)
            : null;
    }

    /// <summary>The keys that may have signed a token: that of its key id, or any when it has none.</summary>
    public IEnumerable<SecurityKey> For(string? keyId) => string.IsNullOrEmpty(keyId) ? Keys : Keys.Where(key => key.KeyId == keyId);

    // A symmetric key in a document that anybody may read is no secret.
    private static bool IsUsable(SecurityKey key) => key switch
    {
        RsaSecurityKey rsa => rsa.KeySize >= MinRsaBits,
        X509SecurityKey certificate => certificate.PublicKey is not System.Security.Cryptography.RSA || certificate.KeySize >= MinRsaBits,
        ECDsaSecurityKey => true,
        _ => false,
    };
}
