using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Development;

/// <summary>Tokens for trying the service out. Not mapped in production, nor where the Identity Service makes the tokens.</summary>
internal static class TokenApi
{
    private const string Subject = "developer";

    public static void MapDevelopmentTokens(this IEndpointRouteBuilder root) =>
        root.MapPost("/dev/token", Issue).WithName("issueDevelopmentToken").WithTags("Development").AllowAnonymous();

    /// <summary>Makes a token for any tenant and role.</summary>
    public static Ok<TokenResponse> Issue(Body<TokenRequest> body, TokenIssuer tokens)
    {
        var (token, expiresAt) = tokens.Issue(body.Value.Tenant, body.Value.Role, body.Value.Tier, Subject);
        return TypedResults.Ok(new TokenResponse(token, expiresAt));
    }
}

/// <summary>Whose token to make.</summary>
internal sealed record TokenRequest : IBody<TokenRequest>
{
    [Description("1 to 64 letters, digits, '_' and '-'."), RegularExpression("^[A-Za-z0-9_-]{1,64}$")]
    public required string Tenant { get; init; }

    [Description("One of the roles."), Role]
    public required string Role { get; init; }

    [Description("The tier that the token claims."), MaxLength(64)]
    public string? Tier { get; init; }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class RoleAttribute() : RegularExpressionAttribute(
        $"^({string.Join('|', Permissions.ByRole.Keys.Order(StringComparer.Ordinal))})$");
}

/// <summary>A token.</summary>
/// <param name="Token">For the Authorization header, after "Bearer ".</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TokenResponse(string Token, DateTimeOffset ExpiresAt);
