using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Tokens as they should be but for what a test changes.</summary>
internal static class Tokens
{
    public static string Make(
        string key = ServiceHost.SecretKey, string issuer = "agent-management", string audience = "agent-management-api",
        int validFromMinutes = -1, int? validToMinutes = 10, string algorithm = SecurityAlgorithms.HmacSha256,
        Action<Dictionary<string, object>>? change = null)
    {
        var claims = Claims();
        change?.Invoke(claims);
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer, Audience = audience, Claims = claims,
            NotBefore = now.AddMinutes(validFromMinutes), Expires = validToMinutes is { } minutes ? now.AddMinutes(minutes) : null,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), algorithm),
        });
    }

    /// <summary>Members of a payload, all that are needed but its end.</summary>
    public const string ForUs =
        """ "iss":"agent-management","aud":"agent-management-api","tenant_id":"acme","sub":"ann","role":"admin" """;

    /// <summary>In an hour, as tokens write it.</summary>
    public static long Later => DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();

    /// <summary>A token with a payload as it is given, rightly signed.</summary>
    public static string Sign(string payload)
    {
        var signed = $"{Part(new { alg = "HS256", typ = "JWT" })}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(ServiceHost.SecretKey), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A token that says that it needs no signature.</summary>
    public static string Unsigned()
    {
        var payload = Claims();
        payload["iss"] = "agent-management";
        payload["aud"] = "agent-management-api";
        payload["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds();
        return $"{Part(new { alg = "none", typ = "JWT" })}.{Part(payload)}.";
    }

    private static Dictionary<string, object> Claims() => new() { ["sub"] = "ann", ["tenant_id"] = "acme", ["role"] = "admin" };

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
