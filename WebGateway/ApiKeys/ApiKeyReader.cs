using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Client.Hosting;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>Verifies API keys, with the silo of the tenant that they name.</summary>
internal sealed class ApiKeyReader(IClusterClient cluster, ApiKeyCache cache, ApiKeyGuesses guesses, TimeProvider time, ILogger<ApiKeyReader> logger) : IDisposable
{
    /// <summary>How many keys are asked about at once of which nothing is known, and as many again that were good.</summary>
    internal const int MostAtOnce = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    // Apart, so that no number of guesses keeps those waiting who are at work.
    private readonly SemaphoreSlim _placesOfGood = new(MostAtOnce);
    private readonly ConcurrentDictionary<(string Hash, long Age), Lazy<Task<KnownApiKey?>>> _running = new();

    /// <summary>Makes the key the caller; false when it is not good, or that cannot be found out now.</summary>
    public async Task<bool> TryAcceptAsync(string text, CurrentCaller caller, string correlationId)
    {
        if (!ApiKeyText.TryRead(text, out var key)) return false;
        var known = await FindAsync(key, caller.Network);
        (caller.IsUndecided, caller.IsOfApiKey) = (known is null, true);
        if (known is null && !cache.WasGood(key.Hash) && guesses.UntilRoom(caller.Network) is { } wait)
        {
            caller.MustWait = wait;
            LimitMetrics.Count("address");
        }
        return GrantOf(known) is { } grant && caller.TryAcceptApiKey(key, grant, text, correlationId);
    }

    /// <summary>Why the caller's key is not good any more; null while it is.</summary>
    public async Task<string?> FindFaultAsync(CurrentCaller caller)
    {
        if (!ApiKeyText.TryRead(caller.Token!, out var key) || caller.IsRevoked) return TokenWatch.Revoked;
        if (await FindAsync(key, caller.Network) is not { } known) return TokenWatch.ApiKeysUnavailable;
        return GrantOf(known) is { } grant && caller.TryRenew(grant) ? null : TokenWatch.Revoked;
    }

    public void Dispose()
    {
        _places.Dispose();
        _placesOfGood.Dispose();
    }

    private ApiKeyGrant? GrantOf(KnownApiKey? known) => known?.Grant is { } grant && (grant.Until is null || time.GetUtcNow() < grant.Until) ? grant : null;

    /// <summary>What is known of a key; null when the silo does not answer, or is not asked.</summary>
    private async Task<KnownApiKey?> FindAsync(ApiKeyText key, string? network)
    {
        if (cache.Find(key.Hash) is { } known) return known;
        // What began before something was dropped is nothing to join.
        var name = (key.Hash, cache.Age);
        return await _running.GetOrAdd(name, _ => new(() => Task.Run(() => AskAsync(key, network, name)))).Value;
    }

    private async Task<KnownApiKey?> AskAsync(ApiKeyText key, string? network, (string Hash, long Age) name)
    {
        try
        {
            var wasGood = cache.WasGood(key.Hash);
            var places = wasGood ? _placesOfGood : _places;
            // A flood of guesses must not become one of calls.
            if (IsRefused() || !await places.WaitAsync(Patience)) return null;
            try
            {
                // While it waited others may have used up what its address may have.
                if (IsRefused()) return null;
                var at = time.GetUtcNow();
                Caller.Current = Caller.Gateway with { TenantId = key.TenantId };
                var outcome = await cluster.Bind<IApiKeysGrain>(GrainKeys.Tenant(key.TenantId)).VerifyAsync(key.KeyId, key.Hash);
                var known = new KnownApiKey(key.TenantId, key.KeyId, outcome.Value, at);
                cache.Keep(key, known, name.Age);
                // Before its place is another's, so that those who wait for one know of it.
                if (known.Grant is null) await guesses.CountAsync(network);
                return known;
            }
            finally
            {
                places.Release();
            }

            bool IsRefused() => !wasGood && guesses.UntilRoom(network) is not null;
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
