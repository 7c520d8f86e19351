using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.Identity;

/// <summary>Tokens as an Identity Service makes them but for what a test changes.</summary>
internal static class IdentityTokens
{
    public static string Token(
        this IdentityServer server, SecurityKey? key = null, string? algorithm = null, string? issuer = null, string? audience = null,
        int validFromMinutes = -1, int? validToMinutes = 10, Action<Dictionary<string, object>>? change = null, Dictionary<string,
        object>? header = null, string? type = null)
    {
        key ??= server.Keys[0];
        var claims = new Dictionary<string, object> { ["sub"] = "ann", ["tenant_id"] = "acme", ["role"] = "admin" };
        change?.Invoke(claims);
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? server.Issuer, Audience = audience ?? "agent-management-api", Claims = claims, TokenType = type,
            NotBefore = now.AddMinutes(validFromMinutes), Expires = validToMinutes is { } minutes ? now.AddMinutes(minutes) : null,
            SigningCredentials = new(key, algorithm
                ?? (key is ECDsaSecurityKey ? SecurityAlgorithms.EcdsaSha256 : SecurityAlgorithms.RsaSha256)),
            AdditionalHeaderClaims = header,
        });
    }

    /// <summary>A token with any header, signed by whatever is given.</summary>
    public static string Forge(this IdentityServer server, object header, Func<byte[], byte[]> sign)
    {
        return Forge(header, sign, server.Payload());
    }

    /// <summary>A token whose claims include these members as they are given, rightly signed.</summary>
    public static string Signed(this IdentityServer server, string members) => Forge(
        new { alg = "RS256", kid = "first" },
        data => ((RsaSecurityKey)server.Keys[0]).Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        JsonDocument.Parse($"{JsonSerializer.Serialize(server.Payload())[..^1]},{members}}}").RootElement);

    private static object Payload(this IdentityServer server) => new
    {
        iss = server.Issuer, aud = "agent-management-api", exp = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
        sub = "ann", tenant_id = "acme", role = "admin",
    };

    private static string Forge(object header, Func<byte[], byte[]> sign, object payload)
    {
        static string Encode(object part) => Base64UrlEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(part));
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(sign(System.Text.Encoding.ASCII.GetBytes(signed)))}";
    }
}
