using System.Security.Claims;

namespace AgentManagement.WebGateway.Identity;

/// <summary>An answer about one token, as it is kept.</summary>
/// <param name="Answer">What was said.</param>
/// <param name="TenantId">Whose token it is; null when nobody says so.</param>
/// <param name="Subject">Of whom.</param>
/// <param name="TokenId">The token's id.</param>
/// <param name="At">When it was asked for.</param>
internal sealed record Introspection(IntrospectionAnswer Answer, string? TenantId, string? Subject, string? TokenId, DateTimeOffset At)
{
    /// <param name="answer">What was said.</param>
    /// <param name="token">The claims of the token itself; null when it has none.</param>
    /// <param name="at">When it was asked for.</param>
    public static Introspection Of(IntrospectionAnswer answer, ClaimsIdentity? token, DateTimeOffset at)
    {
        return new(answer, Find("tenant_id"), Find("sub"), Find("jti"), at);

        string? Find(string name) => token?.FindFirst(name)?.Value ?? answer.Only(name);
    }

    /// <summary>Whether the token is good at a moment, by all that was said.</summary>
    public bool Admits(DateTimeOffset now) => Answer.IsActive
        && (Answer.Only("exp") is not { } end || MomentOf(end) > now)
        && (Answer.Only("nbf") is not { } start || MomentOf(start) <= now + Access.TokenRules.ClockSkew);

    // What is no moment is one that never comes.
    private static DateTimeOffset? MomentOf(string text) => Access.TokenMoment.Read(text);
}
