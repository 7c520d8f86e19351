using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.WebGateway.Access;

/// <summary>Who makes the request, from its verified token and nothing else. The gateway's only identity object.</summary>
internal sealed class CurrentCaller(RevokedTokens revoked)
{
    private const int MaxSubjectCharacters = 256;

    private Caller? _caller;
    private string? _tokenId;
    private DateTimeOffset? _issuedAt;

    /// <summary>The caller; null while the request has no valid token.</summary>
    public Caller? Known => _caller;

    /// <summary>The caller's tenant.</summary>
    /// <exception cref="InvalidOperationException">The request has no valid token.</exception>
    public string TenantId => Required.TenantId;

    /// <summary>The user or service, as the audit trail names it.</summary>
    public string Subject => Required.Subject;

    /// <summary>When the token ends, and with it what was opened under it.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>The token itself, to be looked at again; never to be shown.</summary>
    public string? Token { get; private set; }

    /// <summary>Whether the request has a token of which nothing could be found out.</summary>
    public bool IsUndecided { get; set; }

    /// <summary>Whether the token is an API key, good or not.</summary>
    public bool IsOfApiKey { get; set; }

    /// <summary>
    /// After which time the token may be shown again, since its address has shown too many that were none; null when it may be now.
    /// </summary>
    public TimeSpan? MustWait { get; set; }

    /// <summary>By whom requests are counted that have no valid token; null where there is no connection.</summary>
    public string? Network { get; set; }

    /// <summary>Whether the token was revoked since.</summary>
    public bool IsRevoked => _caller is { } caller && revoked.Contains(caller.TenantId, _tokenId, caller.Subject, _issuedAt);

    /// <summary>Whether the caller has the permission.</summary>
    public bool May(string permission) => _caller?.May(permission) == true;

    /// <summary>
    /// Takes the identity of a token whose signature is verified; false when its claims are not usable, or it was revoked.
    /// </summary>
    /// <param name="token">Its claims.</param>
    /// <param name="text">The token.</param>
    /// <param name="correlationId">Of the request.</param>
    public bool TryAccept(ClaimsPrincipal token, string text, string correlationId)
    {
        if (!TryReadOnly(token, "tenant_id", out var tenantId) || !GrainKeys.IsTenantId(tenantId)
            || !TryReadOnly(token, "sub", out var subject) || !IsSubject(subject)
            || !TryReadRole(token, text, out var role, out var granted)
            || !TryReadOnly(token, "tier", out var tier) || !TryReadOnly(token, "jti", out _tokenId)
            // A token without it is not valid; one that ends after all time is none.
            || TokenTimestamp.Read(token.FindFirstValue("exp")) is not { } expiresAt)
        {
            return false;
        }
        _issuedAt = TokenTimestamp.Read(token.FindFirstValue("iat"));
        if (revoked.Contains(tenantId, _tokenId, subject!, _issuedAt)) return false;
        (ExpiresAt, Token) = (expiresAt, text);
        _caller = new Caller(tenantId, subject!, role, tier, correlationId) { Granted = granted };
        return true;
    }

    /// <summary>Takes an API key that the tenant's silo found good; false when it was revoked since.</summary>
    public bool TryAcceptApiKey(ApiKeyText key, ApiKeyGrant grant, string text, string correlationId)
    {
        var subject = ChangeSubject.OfApiKey(key.KeyId);
        if (revoked.Contains(key.TenantId, null, subject, null)) return false;
        (ExpiresAt, Token) = (grant.Until ?? DateTimeOffset.MaxValue, text);
        _caller = new Caller(key.TenantId, subject, Caller.KeyRole, grant.Tier, correlationId) { Granted = grant.Permissions };
        return true;
    }

    /// <summary>Notes where the request came from.</summary>
    public void SeenFrom(string? address) => _caller = _caller is null ? null : _caller with { Address = address };

    /// <summary>Whether a token still says the same of the caller.</summary>
    public bool IsStill(ClaimsIdentity token) => !IsRevoked && _caller is { } caller
        && (caller.TenantId, caller.Subject) == (token.FindFirst("tenant_id")?.Value, token.FindFirst("sub")?.Value)
        && TryReadRole(new(token), Token!, out var role, out var granted) && role == caller.Role && IsSame(granted, caller.Granted);

    /// <summary>Takes what an API key gives now; false when that is something else than it was. When it ends may have changed.</summary>
    public bool TryRenew(ApiKeyGrant grant)
    {
        if (_caller is not { } caller || !IsSame(grant.Permissions, caller.Granted)) return false;
        ExpiresAt = grant.Until ?? DateTimeOffset.MaxValue;
        return true;
    }

    /// <summary>Takes a service of the platform, whose token is no person's and ends with the service's settings.</summary>
    public bool TryAcceptService(string tenantId, string subject, string correlationId)
    {
        if (!GrainKeys.IsTenantId(tenantId)) return false;
        ExpiresAt = DateTimeOffset.MaxValue;
        _caller = new Caller(tenantId, subject, "service", Tier: null, correlationId);
        return true;
    }

    private static bool IsSame(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
        one is { } mine && other is { } theirs ? mine.SequenceEqual(theirs) : one is null && other is null;

    /// <summary>Reads what a token says its owner may: a role, a list of permissions that narrows it, or the list alone.</summary>
    private static bool TryReadRole(
        ClaimsPrincipal token, string text, [NotNullWhen(true)] out string? role, out ImmutableArray<string>? granted)
    {
        granted = GrantedPermissions.Read(token, text);
        if (!TryReadOnly(token, "role", out role)) return false;
        if (role is not null) return Permissions.ByRole.ContainsKey(role);
        role = Caller.ListedRole;
        return granted is not null;
    }

    private Caller Required => _caller ?? throw new InvalidOperationException("The request has no caller.");

    /// <summary>Reads a claim; false when there are several, which could mean one thing here and another in the silo.</summary>
    private static bool TryReadOnly(ClaimsPrincipal token, string type, out string? value)
    {
        var values = token.FindAll(type).Take(2).ToList();
        value = values.Count == 1 ? values[0].Value : null;
        return values.Count < 2;
    }

    private static bool IsSubject(string? subject) =>
        !string.IsNullOrWhiteSpace(subject) && subject.Length <= MaxSubjectCharacters && !subject.Any(char.IsControl);
}
