using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>Verifies API keys, with the silo of the tenant that they name.</summary>
internal sealed class ApiKeyReader(
    IClusterClient cluster,
    RefreshingCache<string, KnownApiKey> cache,
    CredentialGate gate,
    TimeProvider time,
    ILogger<ApiKeyReader> logger)
{
    /// <summary>Makes the key the caller; false when it is not good, or that cannot be found out now.</summary>
    public async Task<bool> TryAcceptAsync(string text, CurrentCaller caller, string correlationId)
    {
        if (!ApiKeyText.TryRead(text, out var key)) return false;
        var known = await FindAsync(key, caller.Network);
        (caller.IsUndecided, caller.IsOfApiKey) = (known is null, true);
        if (known is null) caller.MustWait = gate.MustWait(key.Hash, caller.Network);
        return GrantOf(known) is { } grant && caller.TryAcceptApiKey(key, grant, text, correlationId);
    }

    /// <summary>Why the caller's key is not good any more; null while it is.</summary>
    public async Task<string?> FindFaultAsync(CurrentCaller caller)
    {
        if (!ApiKeyText.TryRead(caller.Token!, out var key) || caller.IsRevoked) return TokenWatch.Revoked;
        if (await FindAsync(key, caller.Network) is not { } known) return TokenWatch.ApiKeysUnavailable;
        return GrantOf(known) is { } grant && caller.TryRenew(grant) ? null : TokenWatch.Revoked;
    }

    private ApiKeyGrant? GrantOf(KnownApiKey? known) => known?.Grant is { } grant && (grant.Until is null || time.GetUtcNow() < grant.Until)
        ? grant : null;

    /// <summary>What is known of a key; null when the silo does not answer, or is not asked.</summary>
    private Task<KnownApiKey?> FindAsync(ApiKeyText key, string? network) => cache.GetAsync(key.Hash, () => AskAsync(key, network));

    private async Task<KnownApiKey?> AskAsync(ApiKeyText key, string? network)
    {
        try
        {
            return await gate.AskAsync(key.Hash, network, KnownApiKey.MemoryTime, VerifyAsync, known => known.Grant is not null);
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer.
            logger.LogWarning(LogEvents.ApiKeyCheckFailed, "An API key could not be verified: {Reason}",
                (exception.InnerException ?? exception).GetType().Name);
            return null;
        }

        async Task<KnownApiKey> VerifyAsync()
        {
            Caller.Current = Caller.Gateway with { TenantId = key.TenantId };
            var outcome = await cluster.Bind<IApiKeysGrain>(GrainKeys.Tenant(key.TenantId)).VerifyAsync(key.KeyId, new(key.Hash));
            return new(key.TenantId, key.KeyId, outcome.Value);
        }
    }
}
