using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>Verifies API keys, with the silo of the tenant that they name.</summary>
internal sealed class ApiKeyReader(GrainClient client, ApiKeyCache cache, TimeProvider time, ILogger<ApiKeyReader> logger) : IDisposable
{
    private const int MostAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly ConcurrentDictionary<(string Hash, long Age), Lazy<Task<KnownApiKey?>>> _running = new();

    /// <summary>Makes the key the caller; false when it is not good, or that cannot be found out now.</summary>
    public async Task<bool> TryAcceptAsync(string text, CurrentCaller caller, string correlationId)
    {
        if (!ApiKeyText.TryRead(text, out var key)) return false;
        var known = await FindAsync(key);
        (caller.IsUndecided, caller.IsOfApiKey) = (known is null, true);
        return GrantOf(known) is { } grant && caller.TryAcceptApiKey(key, grant, text, correlationId);
    }

    /// <summary>Why the caller's key is not good any more; null while it is.</summary>
    public async Task<string?> FindFaultAsync(CurrentCaller caller)
    {
        if (!ApiKeyText.TryRead(caller.Token!, out var key) || caller.IsRevoked) return TokenWatch.Revoked;
        if (await FindAsync(key) is not { } known) return TokenWatch.ApiKeysUnavailable;
        return GrantOf(known) is { } grant && caller.TryRenew(grant) ? null : TokenWatch.Revoked;
    }

    public void Dispose() => _places.Dispose();

    private ApiKeyGrant? GrantOf(KnownApiKey? known) => known?.Grant is { } grant && (grant.Until is null || time.GetUtcNow() < grant.Until) ? grant : null;

    /// <summary>What is known of a key; null when the silo does not answer.</summary>
    private async Task<KnownApiKey?> FindAsync(ApiKeyText key)
    {
        if (cache.Find(key.Hash) is { } known) return known;
        // What began before something was dropped is nothing to join.
        var name = (key.Hash, cache.Age);
        return await _running.GetOrAdd(name, _ => new(() => Task.Run(() => AskAsync(key, name)))).Value;
    }

    private async Task<KnownApiKey?> AskAsync(ApiKeyText key, (string Hash, long Age) name)
    {
        try
        {
            // A flood of guesses must not become one of calls.
            if (!await _places.WaitAsync(Patience)) return null;
            try
            {
                var at = time.GetUtcNow();
                Caller.Current = Caller.Gateway with { TenantId = key.TenantId };
                var outcome = await client.AskAsync<IApiKeysGrain, Outcome<ApiKeyGrant>>(
                    GrainKeys.Tenant(key.TenantId), keys => keys.VerifyAsync(key.KeyId, key.Hash));
                var known = new KnownApiKey(key.TenantId, key.KeyId, outcome.Value, at);
                cache.Keep(key, known, name.Age);
                return known;
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer.
            logger.LogWarning(LogEvents.ApiKeyNotVerified, "An API key could not be verified: {Reason}", (exception.InnerException ?? exception).GetType().Name);
            return null;
        }
        finally
        {
            // Before it has ended, so that nobody joins what is over.
            _running.TryRemove(name, out _);
        }
    }
}
