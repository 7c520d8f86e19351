using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tenants;

/// <summary>The caller, as its token says.</summary>
internal static class MeApi
{
    public static void MapMe(this IEndpointRouteBuilder api) =>
        api.MapGet("/me", Get).WithName("getMe").WithTags("Tenant").RequireCaller();

    /// <summary>Who the token says that the caller is, and what the caller may do.</summary>
    public static Ok<MeResponse> Get(CurrentCaller caller) => TypedResults.Ok(MeResponse.Of(caller));
}

/// <summary>A caller.</summary>
/// <param name="Tenant">The tenant that the caller belongs to.</param>
/// <param name="Subject">The user, service or API key, as the audit trail names it.</param>
/// <param name="Role">viewer, editor, admin, service or platform_admin; listed or key where the token has a list of permissions.</param>
/// <param name="Permissions">All that the caller may do.</param>
/// <param name="Labels">The labels that an API key is for; null for all.</param>
/// <param name="Tier">The tier that the token names; null where it names none. What holds is in /api/v1/tenant.</param>
/// <param name="ExpiresAt">When the token ends; null when it does not.</param>
internal sealed record MeResponse(
    string Tenant, string Subject, string Role, ImmutableArray<string> Permissions, ImmutableArray<string>? Labels, string? Tier,
    DateTimeOffset? ExpiresAt)
{
    private static readonly ImmutableArray<string> All =
    [
        .. AgentManagement.Access.Permissions.ByRole.Values.SelectMany(permissions => permissions)
            .Union(AgentManagement.Access.Permissions.Grantable).Order(StringComparer.Ordinal),
    ];

    /// <exception cref="InvalidOperationException">The request has no valid token.</exception>
    public static MeResponse Of(CurrentCaller current)
    {
        var caller = current.Known ?? throw new InvalidOperationException("The request has no caller.");
        return new(caller.TenantId, caller.Subject, caller.Role, [.. All.Where(caller.May)], caller.Labels, caller.Tier,
            current.ExpiresAt == DateTimeOffset.MaxValue ? null : current.ExpiresAt);
    }
}
