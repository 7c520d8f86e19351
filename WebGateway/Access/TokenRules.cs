using AgentManagement.ServiceDefaults.Redis;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>What tokens of the service's own key name, and what holds of every token, whoever makes it.</summary>
internal static class TokenRules
{
    public const string Issuer = "agent-management";
    public const string Audience = "agent-management-api";

    /// <summary>How far clocks may be apart.</summary>
    public static readonly TimeSpan ClockSkew = RevocationSet.ClockSkew;

    /// <summary>What is asked of every token: a signature of one of these algorithms, for us, by its issuer, not yet at its end.</summary>
    public static TokenValidationParameters Of(string issuer, string audience, params string[] algorithms) => new()
    {
        ValidAlgorithms = algorithms,
        ValidateIssuerSigningKey = true,
        ValidIssuer = issuer,
        ValidAudience = audience,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = ClockSkew,
        NameClaimType = "sub",
        RoleClaimType = "role",
    };
}
