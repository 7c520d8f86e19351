using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>Makes tokens with the service's own key, for development and tests.</summary>
public sealed class TokenIssuer(SymmetricSecurityKey key, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>A signed token, valid from now on for 12 hours.</summary>
    /// <param name="tenantId">The tenant; see <see cref="Keys.GrainKeys.IsTenantId"/>.</param>
    /// <param name="role">viewer, editor, admin or service.</param>
    /// <param name="tier">The tier that the token claims, or null.</param>
    /// <param name="subject">Whom the audit trail names.</param>
    public (string Token, DateTimeOffset ExpiresAt) Issue(string tenantId, string role, string? tier, string subject)
    {
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["tenant_id"] = tenantId, ["role"] = role };
        if (tier is not null) claims["tier"] = tier;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenRules.Issuer,
            Audience = TokenRules.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        });
        return (token, now + Lifetime);
    }
}
