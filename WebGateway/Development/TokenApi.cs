using System.ComponentModel.DataAnnotations;
using AgentManagement.Access;
using AgentManagement.Keys;
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
    public static Ok<TokenResponse> Issue(Body<TokenBody> body, TokenIssuer tokens)
    {
        var (token, expiresAt) = tokens.Issue(body.Value.Tenant, body.Value.Role, body.Value.Tier, Subject);
        return TypedResults.Ok(new TokenResponse(token, expiresAt));
    }
}

/// <summary>Whose token to make.</summary>
/// <param name="Tenant">1 to 64 letters, digits, '_' and '-'.</param>
/// <param name="Role">viewer, editor, admin or service.</param>
/// <param name="Tier">The tier that the token claims.</param>
internal sealed record TokenBody([property: Length(1, 64)] string Tenant, string Role, string? Tier = null) : IBody<TokenBody>
{
    private const int MostCharacters = 64;

    public static TokenBody Read(BodyReader reader) => new(
        reader.RequiredText("tenant", MostCharacters, new(GrainKeys.IsTenantId, "Must be letters, digits, '_' and '-'.")),
        reader.RequiredText("role", MostCharacters, new(
            Permissions.ByRole.ContainsKey, $"Must be one of: {string.Join(", ", Permissions.ByRole.Keys.Order())}.")),
        reader.OptionalText("tier", MostCharacters));
}

/// <summary>A token.</summary>
/// <param name="Token">For the Authorization header, after "Bearer ".</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record TokenResponse(string Token, DateTimeOffset ExpiresAt);
