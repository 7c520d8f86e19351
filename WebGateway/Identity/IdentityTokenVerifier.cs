using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Identity;

/// <summary>Decides about tokens of the Identity Service: by its keys, and by introspection where the service introspects.</summary>
internal sealed class IdentityTokenVerifier(
    IdentityKeys keys, Introspections introspections, GatewaySettings settings, TimeProvider time)
    : ITokenVerifier
{
    // Nothing symmetric: a public key would do as the secret.
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.RsaSsaPssSha256];

    // Others, such as logout tokens, are signed with the same keys and mean something else.
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    private readonly JsonWebTokenHandler _signed = new() { MapInboundClaims = false };

    public async ValueTask<TokenVerdict> VerifyAsync(string token, string? network) =>
        OpaqueToken.IsOpaque(token) ? await VerifyOpaqueAsync(token, network) : await VerifySignedAsync(token);

    private async Task<TokenVerdict> VerifySignedAsync(string token)
    {
        // Looked at before anybody is asked about a key: whatever else the header names is never read.
        if (Read(token) is not { IsEncrypted: false } unverified || !Algorithms.Contains(unverified.Alg)
            || unverified.TryGetHeaderValue<object>("crit", out _)) return TokenVerdict.Refused;
        if (await keys.FindAsync(unverified.Kid) is not { } keySet) return TokenVerdict.Undecided;
        // What the library says of a token that is not valid repeats parts of it, and is passed over.
        var result = await _signed.ValidateTokenAsync(token, ParametersOf(keySet, unverified.Kid));
        if (!result.IsValid || TokenClaims.Of((JsonWebToken)result.SecurityToken) is not { } claims) return TokenVerdict.Refused;
        if (keySet.IntrospectionEndpoint is not { } endpoint) return new(claims, IsUndecided: false, () => keys.AreFresh(keySet));
        var hash = Introspections.HashOf(token);
        if (await introspections.FindAsync(endpoint, token, hash, claims, network: null) is not { } known) return TokenVerdict.Undecided;
        return known.Answer.Claims is { } said && IsForUs(said, keySet, claims.Audiences) && claims.NarrowedBy(said) is { } narrowed
            ? Accept(narrowed, keySet, hash, known) : TokenVerdict.Refused;
    }

    private async Task<TokenVerdict> VerifyOpaqueAsync(string token, string? network)
    {
        if (await keys.FindAsync(keyId: null) is not { } keySet) return TokenVerdict.Undecided;
        if (keySet.IntrospectionEndpoint is not { } endpoint) return TokenVerdict.Refused;
        var hash = Introspections.HashOf(token);
        if (await introspections.FindAsync(endpoint, token, hash, claims: null, network) is not { } known)
        {
            return TokenVerdict.Undecided with { MustWait = introspections.MustWait(hash, network) };
        }
        return known.Answer.Claims is { } said && IsForUs(said, keySet, audiences: null)
            ? Accept(said, keySet, hash, known) : TokenVerdict.Refused;
    }

    /// <summary>Whether what was said of a token is said by its issuer, and of one that is for us.</summary>
    /// <param name="said">What was said.</param>
    /// <param name="keySet">Names the issuer.</param>
    /// <param name="audiences">The token's own audiences, which hold where none are said.</param>
    private bool IsForUs(TokenClaims said, IdentityKeySet keySet, ImmutableArray<string>? audiences) =>
        (said.Audiences ?? audiences)?.Contains(settings.IdentityAudience) == true && (said.Issuer is null || said.Issuer == keySet.Issuer);

    /// <summary>A good token: until its keys or the answer about it are old, or others are known.</summary>
    private TokenVerdict Accept(TokenClaims claims, IdentityKeySet keySet, string hash, Introspection known) =>
        known.Admits(time.GetUtcNow())
            ? new(claims, IsUndecided: false,
                () => keys.AreFresh(keySet) && introspections.IsFresh(hash, known) && known.Admits(time.GetUtcNow()))
            : TokenVerdict.Refused;

    private TokenValidationParameters ParametersOf(IdentityKeySet keySet, string? keyId)
    {
        var rules = TokenRules.Of(keySet.Issuer, settings.IdentityAudience, Algorithms);
        rules.IssuerSigningKeys = keySet.For(keyId);
        rules.TypeValidator = (type, _, _) => type is null or "" || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? type ?? ""
            : throw new SecurityTokenInvalidTypeException();
        return rules;
    }

    private JsonWebToken? Read(string token)
    {
        try
        {
            return _signed.CanReadToken(token) ? _signed.ReadJsonWebToken(token) : null;
        }
        catch (Exception exception) when (exception is SecurityTokenException or ArgumentException or FormatException)
        {
            return null;
        }
    }
}
