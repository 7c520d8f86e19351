using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>Tokens of the service's own key.</summary>
internal sealed class OwnTokens(SecurityKey key) : ITokenVerifier
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    private readonly TokenValidationParameters _rules = RulesOf(key);

    public async ValueTask<TokenVerdict> VerifyAsync(string token, string? network)
    {
        var result = await _handler.ValidateTokenAsync(token, _rules);
        // The key is the process's for as long as it runs.
        return result.IsValid && TokenClaims.Of((JsonWebToken)result.SecurityToken) is { } claims
            ? new(claims, IsUndecided: false, () => true) : TokenVerdict.Refused;
    }

    private static TokenValidationParameters RulesOf(SecurityKey key)
    {
        var rules = TokenRules.Of(TokenRules.Issuer, TokenRules.Audience, SecurityAlgorithms.HmacSha256);
        rules.IssuerSigningKey = key;
        return rules;
    }
}
