using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Bench.Client;

/// <summary>Mints the tokens of experiments with the service's key, good or deliberately bad ones.</summary>
public sealed class TokenMint(string secretKey)
{
    /// <summary>The SECRET_KEY of all experiments.</summary>
    public const string BenchKey = "bench-secret-key-of-at-least-thirty-two-bytes";

    private const string GoodIssuer = "agent-management";
    private const string GoodAudience = "agent-management-api";

    /// <summary>For SECRET_KEY.</summary>
    public string SecretKey { get; } = secretKey;

    /// <summary>A token that the service accepts for some hours; with other arguments than these, one that it must not.</summary>
    public string Mint(
        string tenantId, string role = "admin", string tier = "enterprise", string issuer = GoodIssuer,
        string audience = GoodAudience, double validHours = 12, string subject = "bench")
    {
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.AddDays(-1),
            NotBefore = now.AddDays(-1),
            Expires = now.AddHours(validHours),
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["tenant_id"] = tenantId, ["role"] = role, ["tier"] = tier },
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(SecretKey)), SecurityAlgorithms.HmacSha256),
        });
    }
}
