using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Observability;

namespace AgentManagement.WebGateway.Access;

/// <summary>Who makes the request, from its verified token and nothing else. The gateway's only identity object.</summary>
internal sealed class CurrentCaller(RevokedTokens revoked)
{
    private string? _tokenId;
    private DateTimeOffset? _issuedAt;

    /// <summary>The caller; null while the request has no valid token.</summary>
    public Caller? Known { get; private set; }

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

    /// <summary>Where the request came from; null where there is no connection.</summary>
    public string? Address { get; init; }

    /// <summary>By whom requests are counted that have no valid token; null where there is no connection.</summary>
    public string? Network { get; init; }

    /// <summary>Whether the token was revoked since.</summary>
    public bool IsRevoked => Known is { } caller && revoked.Contains(caller.TenantId, _tokenId, caller.Subject, _issuedAt);

    /// <summary>The caller of the request.</summary>
    public static CurrentCaller Of(HttpContext context) => RequestLogScope.Of(context).Caller
        ?? throw new InvalidOperationException("Nobody has looked for the request's caller.");

    /// <summary>As a parameter of handlers.</summary>
    public static ValueTask<CurrentCaller?> BindAsync(HttpContext context) => new(Of(context));

    /// <summary>Whether the caller has the permission.</summary>
    public bool May(string permission) => Known?.May(permission) == true;

    /// <summary>Takes the identity of a token that is good; false when it was revoked.</summary>
    /// <param name="identity">What it says.</param>
    /// <param name="text">The token.</param>
    /// <param name="correlationId">Of the request.</param>
    public bool TryAccept(TokenIdentity identity, string text, string correlationId)
    {
        var owner = identity.Caller;
        if (revoked.Contains(owner.TenantId, identity.TokenId, owner.Subject, identity.IssuedAt)) return false;
        (ExpiresAt, Token, _tokenId, _issuedAt) = (identity.ExpiresAt, text, identity.TokenId, identity.IssuedAt);
        Known = owner with { CorrelationId = correlationId, Address = Address };
        return true;
    }

    /// <summary>Takes an API key that the tenant's silo found good; false when it was revoked since.</summary>
    public bool TryAcceptApiKey(ApiKeyText key, ApiKeyGrant grant, string text, string correlationId)
    {
        var subject = ChangeSubject.OfApiKey(key.KeyId);
        if (revoked.Contains(key.TenantId, null, subject, null)) return false;
        (ExpiresAt, Token) = (grant.Until ?? DateTimeOffset.MaxValue, text);
        Known = new Caller(key.TenantId, subject, Caller.KeyRole, grant.Tier, correlationId)
        {
            Granted = grant.Permissions, Labels = grant.Labels, Address = Address, SecretVersion = grant.SecretVersion,
        };
        return true;
    }

    /// <summary>Whether a token still says the same of the caller.</summary>
    public bool IsStill(TokenIdentity identity) => !IsRevoked && Known is { } caller
        && (caller.TenantId, caller.Subject, caller.Role) == (identity.Caller.TenantId, identity.Caller.Subject, identity.Caller.Role)
        && IsSame(identity.Caller.Granted, caller.Granted);

    /// <summary>Takes what an API key gives now; false when that is something else than it was. When it ends may have changed.</summary>
    public bool TryRenew(ApiKeyGrant grant)
    {
        // Nothing that stays open manages keys: a secret that was rotated away keeps what is open under it for its grace.
        if (Known is not { Granted: { } before } || !WithoutKeys(before).SequenceEqual(WithoutKeys(grant.Permissions))) return false;
        if (!IsSame(Known.Labels, grant.Labels)) return false;
        ExpiresAt = grant.Until ?? DateTimeOffset.MaxValue;
        return true;
    }

    /// <summary>Takes a service of the platform, whose token is no person's and ends with the service's settings.</summary>
    public bool TryAcceptService(string tenantId, string subject, string correlationId)
    {
        if (!GrainKeys.IsTenantId(tenantId)) return false;
        ExpiresAt = DateTimeOffset.MaxValue;
        Known = new Caller(tenantId, subject, "service", Tier: null, correlationId) { Address = Address };
        return true;
    }

    private static ImmutableArray<string> WithoutKeys(ImmutableArray<string> permissions) => permissions.Remove(Permissions.KeysManage);

    private static bool IsSame(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
        one is { } mine && other is { } theirs ? mine.SequenceEqual(theirs) : one is null && other is null;

    private Caller Required => Known ?? throw new InvalidOperationException("The request has no caller.");
}
