using System.Collections.Frozen;
using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.WebGateway.Internal;
using AgentManagement.Text;

namespace AgentManagement.WebGateway.Access;

/// <summary>What a verified token says of its owner. It says the same for as long as the token is good.</summary>
/// <param name="Caller">Its owner; the request's correlation id and address are added to it.</param>
/// <param name="TokenId">The token's id; null when it has none.</param>
/// <param name="IssuedAt">When it was made; null when it does not say.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TokenIdentity(Caller Caller, string? TokenId, DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt)
{
    private const int MaxSubjectCharacters = 256;

    // The audit trail has these for what the service does by itself, and for callers without a token of their own.
    private static readonly FrozenSet<string> ReservedSubjects =
        new[] { Caller.SystemSubject, Caller.ServiceSubject, ServiceTokens.Subject }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the claims of a token that is verified; null when they name no caller, or one that has not begun to be.</summary>
    public static TokenIdentity? Of(TokenClaims claims, DateTimeOffset now) =>
        claims is { TenantId: { } tenantId, Subject: { } subject, ExpiresAt: { } expiresAt }
        && GrainKeys.IsTenantId(tenantId) && IsSubject(subject) && RoleOf(claims) is { } role
        // One that is made later would outlive all that is revoked until then.
        && !(claims.IssuedAt > now + TokenRules.ClockSkew)
            ? new(new Caller(tenantId, subject, role, claims.Tier, "") { Granted = GrantedBy(claims) }, claims.TokenId, claims.IssuedAt,
                expiresAt)
            : null;

    /// <summary>A role, which a list of permissions may narrow, or the list alone; null when it says neither, or no such role.</summary>
    private static string? RoleOf(TokenClaims claims) => claims.Role is { } role
        ? Permissions.ByRole.ContainsKey(role) ? role : null
        : claims.Permissions is null ? null : Caller.ListedRole;

    /// <summary>The permissions that are named, but those that no list can give; null when there is no list.</summary>
    private static ImmutableArray<string>? GrantedBy(TokenClaims claims) =>
        claims.Permissions is { } names ? [.. Permissions.Grantable.Where(names.Contains)] : null;

    private static bool IsSubject(string subject) =>
        !string.IsNullOrWhiteSpace(subject) && subject.Length <= MaxSubjectCharacters && !OneLine.HasForbidden(subject)
        && !ReservedSubjects.Contains(subject) && !subject.StartsWith($"{ChangeSubject.ApiKey}/", StringComparison.OrdinalIgnoreCase);
}
