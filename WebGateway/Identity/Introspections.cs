using System.Security.Cryptography;
using System.Text;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.WebGateway.Access;
using Polly.CircuitBreaker;

namespace AgentManagement.WebGateway.Identity;

/// <summary>What the Identity Service says of tokens, kept for a while by their hash.</summary>
internal sealed class Introspections(IdentityClient client, RefreshingCache<string, Introspection> cache, CredentialGate gate,
    ILogger<Introspections> logger)
{
    // For how long a token that was good goes before others that are not known.
    private static readonly TimeSpan MemoryTime = TimeSpan.FromHours(1);

    /// <summary>What is known of a token, as recent as its bounds ask; null when that cannot be found out now.</summary>
    /// <param name="endpoint">Where to ask.</param>
    /// <param name="token">The token.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="claims">Its own claims, verified; null when it has none.</param>
    /// <param name="network">Where it comes from; null for one with a signature that is right, which is no guess.</param>
    public Task<Introspection?> FindAsync(string endpoint, string token, string hash, TokenClaims? claims, string? network) =>
        cache.GetAsync(hash, () => AskAsync(endpoint, token, hash, claims, network));

    /// <inheritdoc cref="CredentialGate.MustWait"/>
    public TimeSpan? MustWait(string hash, string? network) => gate.MustWait(hash, network);

    /// <summary>Whether this is still what is known of the token with that hash, and recent enough not to be asked for again.</summary>
    public bool IsFresh(string hash, Introspection known) => ReferenceEquals(cache.Find(hash), known);

    /// <summary>By what a token's answer is kept.</summary>
    public static string HashOf(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private async Task<Introspection?> AskAsync(string endpoint, string token, string hash, TokenClaims? claims, string? network)
    {
        try
        {
            return await gate.AskAsync(
                hash, network, claims is null ? MemoryTime : null,
                async () => Introspection.Of(await client.IntrospectAsync(endpoint, token), claims), known => known.Answer.IsActive);
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer. The breaker bounds how often this is said.
            logger.LogWarning(
                LogEvents.IdentityServiceUnreachable,
                "The Identity Service gave no introspection: {Reason}",
                exception is NoAnswerException ? exception.Message : exception.GetType().Name);
            return null;
        }
    }
}
