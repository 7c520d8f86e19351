using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Identity;

/// <summary>Decides about tokens of the Identity Service: by its keys, and by introspection where the service introspects.</summary>
internal sealed class IdentityTokenHandler(IdentityKeys keys, Introspections introspections, GatewaySettings settings, TimeProvider time)
    : TokenHandler
{
    // Nothing symmetric: a public key would do as the secret.
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.RsaSsaPssSha256];

    // Others, such as logout tokens, are signed with the same keys and mean something else.
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];
    private static readonly string[] AgreedClaims = ["sub", "tenant_id", "role"];

    private readonly JsonWebTokenHandler _signed = new() { MapInboundClaims = false };

    /// <summary>Verifies a token. The parameters of the framework are not used: the keys change.</summary>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters) =>
        OpaqueToken.IsOpaque(token) ? await VerifyOpaqueAsync(token) : await VerifySignedAsync(token);

    private async Task<TokenValidationResult> VerifySignedAsync(string token)
    {
        // Looked at before anybody is asked about a key: whatever else the header names is never read.
        if (Read(token) is not { IsEncrypted: false } unverified || !Algorithms.Contains(unverified.Alg)
            || unverified.TryGetHeaderValue<object>("crit", out _)) return Refused;
        if (await keys.FindAsync(unverified.Kid) is not { } keySet) return Unavailable;
        var result = await _signed.ValidateTokenAsync(token, ParametersOf(keySet, unverified.Kid));
        if (!result.IsValid) return Refused;
        if (keySet.IntrospectionEndpoint is not { } endpoint) return result;
        if (await introspections.FindAsync(endpoint, token, result.ClaimsIdentity) is not { } known) return Unavailable;
        return known.Admits(time.GetUtcNow()) && AgreedClaims.All(name => known.Answer.Agrees(result.ClaimsIdentity, name))
            ? result : Refused;
    }

    private async Task<TokenValidationResult> VerifyOpaqueAsync(string token)
    {
        if (await keys.FindAsync(keyId: null) is not { } keySet) return Unavailable;
        if (keySet.IntrospectionEndpoint is not { } endpoint) return Refused;
        if (await introspections.FindAsync(endpoint, token, claims: null) is not { } known) return Unavailable;
        var answer = known.Answer;
        var isOurs = answer.Claims.Any(claim => claim.Type == "aud" && claim.Value == settings.IdentityAudience)
            && answer.Claims.Where(claim => claim.Type == "iss").All(claim => claim.Value == keySet.Issuer);
        if (!known.Admits(time.GetUtcNow()) || !isOurs || answer.Only("exp") is null) return Refused;
        return new()
        {
            IsValid = true, SecurityToken = new OpaqueToken(token, keySet.Issuer),
            ClaimsIdentity = new(answer.Claims, "introspection", "sub", "role"),
        };
    }

    private TokenValidationParameters ParametersOf(IdentityKeySet keySet, string? keyId) => new()
    {
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = keySet.For(keyId),
        ValidateIssuerSigningKey = true,
        ValidIssuer = keySet.Issuer,
        ValidAudience = settings.IdentityAudience,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TokenRules.ClockSkew,
        NameClaimType = "sub",
        RoleClaimType = "role",
        TypeValidator = (type, _, _) => type is null or "" || Types.Contains(type, StringComparer.OrdinalIgnoreCase)
            ? type ?? ""
            : throw new SecurityTokenInvalidTypeException(),
    };

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

    // What the library says of a token repeats parts of it, and would be logged.
    private static TokenValidationResult Refused => new()
    {
        IsValid = false, Exception = new SecurityTokenException("The token is not valid."),
    };

    private static TokenValidationResult Unavailable => new() { IsValid = false, Exception = new IdentityUnavailableException() };
}

/// <summary>The Identity Service cannot be asked, and without it a token can neither be accepted nor refused.</summary>
internal sealed class IdentityUnavailableException() : SecurityTokenException("The Identity Service cannot be asked.");
