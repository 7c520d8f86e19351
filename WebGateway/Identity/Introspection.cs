using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Identity;

/// <summary>An answer about one token, as it is kept.</summary>
/// <param name="Answer">What was said.</param>
/// <param name="TenantId">Whose token it is; null when nobody says so.</param>
/// <param name="Subject">Of whom.</param>
/// <param name="TokenId">The token's id.</param>
internal sealed record Introspection(IntrospectionAnswer Answer, string? TenantId, string? Subject, string? TokenId)
{
    /// <summary>For how long an answer is used without asking again.</summary>
    public static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(30);

    /// <summary>For how long it is used while the service gives no other.</summary>
    public static readonly TimeSpan FallbackTime = TimeSpan.FromSeconds(90);

    private const long MaxBytes = 64 * 1024 * 1024;
    private const int BytesOfEntry = 1_000;

    /// <summary>What is known of tokens, by their hash.</summary>
    public static RefreshingCache<string, Introspection> CreateCache(TimeProvider time, SharedAnswers? shared = null) => new(time, new()
    {
        FreshTime = FreshTime, FallbackTime = FallbackTime, SizeLimit = MaxBytes,
        IsNegative = known => !known.Answer.IsActive,
        // In memory its text takes two bytes a character, and some more.
        SizeOf = known => BytesOfEntry + (4 * known.Answer.Bytes),
        TagsOf = (_, known) => known.TagsOf(),
        Shared = shared,
    });

    /// <summary>What is removed when a token is revoked.</summary>
    public static string TagOfToken(string tenantId, string tokenId) => $"{tenantId}\ntoken\n{tokenId}";

    /// <summary>What is removed when all tokens of a subject are revoked.</summary>
    public static string TagOfSubject(string tenantId, string subject) => $"{tenantId}\nsubject\n{subject}";

    /// <param name="answer">What was said.</param>
    /// <param name="token">The claims of the token itself; null when it has none.</param>
    public static Introspection Of(IntrospectionAnswer answer, TokenClaims? token) => new(
        answer, token?.TenantId ?? answer.Claims?.TenantId, token?.Subject ?? answer.Claims?.Subject,
        token?.TokenId ?? answer.Claims?.TokenId);

    /// <summary>Whether the token is good at a moment, by all that was said.</summary>
    public bool Admits(DateTimeOffset now) => Answer is { IsActive: true, Claims: { } claims }
        && !(claims.ExpiresAt <= now) && !(claims.NotBefore > now + TokenRules.ClockSkew);

    private IEnumerable<string> TagsOf()
    {
        if (TenantId is null) yield break;
        if (TokenId is not null) yield return TagOfToken(TenantId, TokenId);
        if (Subject is not null) yield return TagOfSubject(TenantId, Subject);
    }
}
