using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>Verifies API keys, with the silo of the tenant that they name.</summary>
internal sealed class ApiKeyReader(
    IClusterClient cluster,
    RefreshingCache<string, KnownApiKey> cache,
    ApiKeyGuesses guesses,
    TimeProvider time,
    ILogger<ApiKeyReader> logger) : IDisposable
{
    /// <summary>How many unknown keys are asked about at once, and as many again that were good.</summary>
    internal const int MaxConcurrentCalls = 64;

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _calls = new(MaxConcurrentCalls);

    // Apart, so that no number of guesses keeps those waiting who are at work.
    private readonly SemaphoreSlim _callsOfGood = new(MaxConcurrentCalls);

    /// <summary>Makes the key the caller; false when it is not good, or that cannot be found out now.</summary>
    public async Task<bool> TryAcceptAsync(string text, CurrentCaller caller, string correlationId)
    {
        if (!ApiKeyText.TryRead(text, out var key)) return false;
        var known = await FindAsync(key, caller.Network);
        (caller.IsUndecided, caller.IsOfApiKey) = (known is null, true);
        if (known is null && !WasGood(key) && guesses.UntilRoom(caller.Network) is { } wait)
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
        _calls.Dispose();
        _callsOfGood.Dispose();
    }

    /// <summary>Whether the silo's last answer, however old, was that the key is good: a reason to ask about it before others.</summary>
    internal bool WasGood(ApiKeyText key) => cache.Recall(key.Hash)?.Grant is not null;

    private ApiKeyGrant? GrantOf(KnownApiKey? known) => known?.Grant is { } grant && (grant.Until is null || time.GetUtcNow() < grant.Until)
        ? grant : null;

    /// <summary>What is known of a key; null when the silo does not answer, or is not asked.</summary>
    private Task<KnownApiKey?> FindAsync(ApiKeyText key, string? network) => cache.GetAsync(key.Hash, () => AskAsync(key, network));

    private async Task<KnownApiKey?> AskAsync(ApiKeyText key, string? network)
    {
        try
        {
            var wasGood = WasGood(key);
            var calls = wasGood ? _callsOfGood : _calls;
            // A flood of guesses must not become one of calls.
            if (IsRefused() || !await calls.WaitAsync(WaitTimeout)) return null;
            try
            {
                // While it waited others may have used up what its address may have.
                if (IsRefused()) return null;
                Caller.Current = Caller.Gateway with { TenantId = key.TenantId };
                var outcome = await cluster.Bind<IApiKeysGrain>(GrainKeys.Tenant(key.TenantId)).VerifyAsync(key.KeyId, key.Hash);
                // Before the next one may call, so that it is counted.
                if (outcome.Value is null) await guesses.CountAsync(network);
                return new KnownApiKey(key.TenantId, key.KeyId, outcome.Value);
            }
            finally
            {
                calls.Release();
            }

            bool IsRefused() => !wasGood && guesses.UntilRoom(network) is not null;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer.
            logger.LogWarning(LogEvents.ApiKeyCheckFailed, "An API key could not be verified: {Reason}",
                (exception.InnerException ?? exception).GetType().Name);
            return null;
        }
    }
}
