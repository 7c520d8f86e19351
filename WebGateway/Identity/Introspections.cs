using System.Security.Claims;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Outgoing;
using Polly.CircuitBreaker;

namespace AgentManagement.WebGateway.Identity;

/// <summary>Asks the Identity Service about tokens, once for those who ask about the same at the same moment.</summary>
internal sealed class Introspections(IdentityClient client, IntrospectionCache cache, TimeProvider time, ILogger<Introspections> logger) : IDisposable
{
    private const int MostAtOnce = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, long Age), Task<Introspection?>> _running = [];
    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>What is known of a token, as recent as its bounds ask; null when that cannot be found out now.</summary>
    /// <param name="endpoint">Where to ask.</param>
    /// <param name="token">The token.</param>
    /// <param name="claims">Its own claims, verified; null when it has none.</param>
    public async Task<Introspection?> FindAsync(string endpoint, string token, ClaimsIdentity? claims)
    {
        var name = IntrospectionCache.NameOf(token);
        if (Known(name, IntrospectionCache.FreshTime) is { } fresh) return fresh;
        // Looked for again afterwards: what was dropped meanwhile is not to be used.
        return await AskAsync(name, endpoint, token, claims) ?? Known(name, IntrospectionCache.UsableTime);
    }

    public void Dispose() => _places.Dispose();

    private Introspection? Known(string name, TimeSpan age) => cache.Find(name) is { } known && time.GetUtcNow() - known.At < age ? known : null;

    private Task<Introspection?> AskAsync(string name, string endpoint, string token, ClaimsIdentity? claims)
    {
        var key = (name, cache.Age);
        lock (_gate)
        {
            // What began before something was dropped is nothing to join.
            if (_running.TryGetValue(key, out var running)) return running;
            // What was under way at the first look may have ended since.
            if (Known(name, IntrospectionCache.FreshTime) is { } fresh) return Task.FromResult<Introspection?>(fresh);
            return _running[key] = Task.Run(() => AskAndKeepAsync(key, endpoint, token, claims));
        }
    }

    private async Task<Introspection?> AskAndKeepAsync((string Name, long Age) key, string endpoint, string token, ClaimsIdentity? claims)
    {
        try
        {
            // A flood of tokens must not become one of requests, nor count as a failure of the service.
            if (!await _places.WaitAsync(OutgoingResilience.CallTimeout)) return null;
            try
            {
                var at = time.GetUtcNow();
                var introspection = Introspection.Of(await client.IntrospectAsync(endpoint, token), claims, at);
                cache.Keep(key.Name, introspection, key.Age);
                return introspection;
            }
            finally
            {
                _places.Release();
            }
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer. The breaker bounds how often this is said.
            logger.LogWarning(LogEvents.IdentitySilent, "The Identity Service gave no introspection: {Reason}", exception is NoAnswerException ? exception.Message : exception.GetType().Name);
            return null;
        }
        finally
        {
            // Before it has ended, so that nobody joins what is over.
            lock (_gate) _running.Remove(key);
        }
    }
}
