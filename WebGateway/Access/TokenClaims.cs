using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AgentManagement.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// What is said of a token's owner: by the payload of a JSON Web Token, or by an introspection of it. Both are read here and nowhere
/// else, and strictly: a member that is there twice, or of another shape than its own, makes all of it useless.
/// </summary>
internal sealed record TokenClaims
{
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public string? TenantId { get; init; }

    public string? Subject { get; init; }

    public string? Role { get; init; }

    public string? Tier { get; init; }

    public string? TokenId { get; init; }

    public string? Issuer { get; init; }

    /// <summary>For whom the token is; null when that is not said.</summary>
    public ImmutableArray<string>? Audiences { get; init; }

    /// <summary>Names of permissions, of which some may be none; null when there is no such member: an empty list is one.</summary>
    public ImmutableArray<string>? Permissions { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Reads the payload of a token whose signature is verified; null when it is not usable.</summary>
    public static TokenClaims? Of(JsonWebToken token)
    {
        if (!StrictJson.TryParse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), out var payload, out _)) return null;
        using var document = JsonDocument.Parse(payload.Text);
        return Read(document.RootElement);
    }

    /// <summary>Reads the members of an object without duplicates; null when one of those that count is not usable.</summary>
    public static TokenClaims? Read(JsonElement members)
    {
        if (members.ValueKind != JsonValueKind.Object) return null;
        var claims = new TokenClaims();
        foreach (var member in members.EnumerateObject())
        {
            if (claims.With(member.Name, member.Value) is not { } more) return null;
            claims = more;
        }
        return claims;
    }

    /// <summary>
    /// What holds of a token of which something else is said, too: its own claims, with no more permissions than both give. Null when it is
    /// said to be somebody else's.
    /// </summary>
    public TokenClaims? NarrowedBy(TokenClaims said)
    {
        if (!Agrees(said.Subject, Subject) || !Agrees(said.TenantId, TenantId) || !Agrees(said.Role, Role)) return null;
        if (said.Permissions is not { } allowed) return this;
        // Without a role and a list of its own a token gives nothing that could be narrowed.
        if (Permissions is not { } own) return Role is null ? this : this with { Permissions = allowed };
        return this with { Permissions = [.. own.Where(allowed.Contains)] };
    }

    private static bool Agrees(string? said, string? own) => said is null || said == own;

    private TokenClaims? With(string name, JsonElement value) => name switch
    {
        "tenant_id" => TryText(value, out var text) ? this with { TenantId = text } : null,
        "sub" => TryText(value, out var text) ? this with { Subject = text } : null,
        "role" => TryText(value, out var text) ? this with { Role = text } : null,
        "tier" => TryText(value, out var text) ? this with { Tier = text } : null,
        "jti" => TryText(value, out var text) ? this with { TokenId = text } : null,
        "iss" => TryText(value, out var text) ? this with { Issuer = text } : null,
        "aud" => TryText(value, out var text) ? this with { Audiences = [text] }
            : TryTexts(value, out var texts) ? this with { Audiences = texts } : null,
        "permissions" => TryTexts(value, out var texts) ? this with { Permissions = texts } : null,
        "iat" => TryTime(value, out var time) ? this with { IssuedAt = time } : null,
        "nbf" => TryTime(value, out var time) ? this with { NotBefore = time } : null,
        "exp" => TryTime(value, out var time) ? this with { ExpiresAt = time } : null,
        _ => this,
    };

    private static bool TryText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    private static bool TryTexts(JsonElement value, out ImmutableArray<string> texts)
    {
        var isList = value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
        texts = isList ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : [];
        return isList;
    }

    /// <summary>A moment as tokens write it: whole seconds since 1970.</summary>
    public static bool TryTime(JsonElement value, out DateTimeOffset time)
    {
        var isTime = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds >= 0 && seconds <= MaxSeconds;
        time = isTime ? DateTimeOffset.FromUnixTimeSeconds(value.GetInt64()) : default;
        return isTime;
    }
}
