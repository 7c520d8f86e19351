using System.Security.Claims;
using AgentManagement.Access;
using AgentManagement.WebGateway.Identity;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>The claim <c>permissions</c> of a token: a list of names.</summary>
internal static class GrantedPermissions
{
    private const string Claim = "permissions";

    /// <summary>The permissions that a token names, but those that no list can give; null when it has no such claim.</summary>
    /// <param name="token">Its claims.</param>
    /// <param name="text">The token, in which an empty list shows, of which there is no claim.</param>
    public static ImmutableArray<string>? Read(ClaimsIdentity token, string text)
    {
        var names = token.FindAll(Claim).Select(claim => claim.Value).ToList();
        return names.Count > 0 || IsEmptyIn(text) ? [.. Permissions.Grantable.Where(names.Contains)] : null;
    }

    private static bool IsEmptyIn(string text)
    {
        // Whoever asks has verified it.
        var reader = new JsonWebTokenHandler();
        return !OpaqueToken.IsOpaque(text) && reader.CanReadToken(text) && reader.ReadJsonWebToken(text)
            .TryGetPayloadValue<object>(Claim, out _);
    }
}
