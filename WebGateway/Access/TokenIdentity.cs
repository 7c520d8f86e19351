using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using AgentManagement.Access;
using AgentManagement.Keys;

namespace AgentManagement.WebGateway.Access;

/// <summary>What a verified token says of its owner. It says the same for as long as the token is good.</summary>
/// <param name="Caller">Its owner; the request's correlation id and address are added to it.</param>
/// <param name="TokenId">The token's id; null when it has none.</param>
/// <param name="IssuedAt">When it was made; null when it does not say.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TokenIdentity(Caller Caller, string? TokenId, DateTimeOffset? IssuedAt, DateTimeOffset ExpiresAt)
{
    private const int MaxSubjectCharacters = 256;

    /// <summary>Reads the claims of a token whose signature is verified; null when they are not usable.</summary>
    /// <param name="token">Its claims.</param>
    /// <param name="text">The token.</param>
    public static TokenIdentity? Read(ClaimsIdentity token, string text) =>
        TryReadOnly(token, "tenant_id", out var tenantId) && GrainKeys.IsTenantId(tenantId)
        && TryReadOnly(token, "sub", out var subject) && IsSubject(subject)
        && TryReadRole(token, text, out var role, out var granted)
        && TryReadOnly(token, "tier", out var tier) && TryReadOnly(token, "jti", out var tokenId)
        // A token without it is not valid; one that ends after all time is none.
        && TokenTimestamp.Read(token.FindFirst("exp")?.Value) is { } expiresAt
            ? new(new Caller(tenantId, subject, role, tier, "") { Granted = granted }, tokenId,
                TokenTimestamp.Read(token.FindFirst("iat")?.Value), expiresAt)
            : null;

    /// <summary>Reads what a token says its owner may: a role, a list of permissions that narrows it, or the list alone.</summary>
    private static bool TryReadRole(
        ClaimsIdentity token, string text, [NotNullWhen(true)] out string? role, out ImmutableArray<string>? granted)
    {
        granted = GrantedPermissions.Read(token, text);
        if (!TryReadOnly(token, "role", out role)) return false;
        if (role is not null) return Permissions.ByRole.ContainsKey(role);
        role = Caller.ListedRole;
        return granted is not null;
    }

    /// <summary>Reads a claim; false when there are several, which could mean one thing here and another in the silo.</summary>
    private static bool TryReadOnly(ClaimsIdentity token, string type, out string? value)
    {
        var values = token.FindAll(type).Take(2).ToList();
        value = values.Count == 1 ? values[0].Value : null;
        return values.Count < 2;
    }

    private static bool IsSubject([NotNullWhen(true)] string? subject) =>
        !string.IsNullOrWhiteSpace(subject) && subject.Length <= MaxSubjectCharacters && !subject.Any(char.IsControl);
}
