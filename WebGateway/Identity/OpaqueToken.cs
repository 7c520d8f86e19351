using System.Buffers;

namespace AgentManagement.WebGateway.Identity;

/// <summary>A token that says nothing by itself: only introspection knows what it means.</summary>
internal static class OpaqueToken
{
    private const int MaxCharacters = 4_096;

    // Every JSON Web Token begins so: one that was cut off must not pass as something else.
    private const string BeginningOfJwt = "eyJ";

    // RFC 6750, without the '.' of JSON Web Tokens.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~+/=");

    /// <summary>Whether a text can be such a token.</summary>
    public static bool IsOpaque(string token) => token.Length is > 0 and <= MaxCharacters && !token.AsSpan().ContainsAnyExcept(Characters)
        && !token.StartsWith(BeginningOfJwt, StringComparison.Ordinal);
}
