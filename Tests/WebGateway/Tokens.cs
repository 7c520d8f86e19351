using System.Buffers.Text;
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
