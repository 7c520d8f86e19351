using AgentManagement.ApiKeys;
using AgentManagement.ServiceDefaults.Caching;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>What a silo said of a key. It is kept by the key's hash.</summary>
/// <param name="TenantId">The tenant that the key names.</param>
/// <param name="KeyId">The key's id.</param>
/// <param name="Grant">What it may; null when it is not good.</param>
internal sealed record KnownApiKey(string TenantId, string KeyId, ApiKeyGrant? Grant)
{
    /// <summary>For how long an answer is used: how long a key works at most that another gateway has revoked.</summary>
    public static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(30);

    /// <summary>For how long a key that was good goes before others that are not known: a weekly job's, too.</summary>
    public static readonly TimeSpan MemoryTime = TimeSpan.FromDays(8);

    private const int MaxEntries = 10_000;

    public static RefreshingCache<string, KnownApiKey> CreateCache(TimeProvider time, SharedAnswers? shared = null) => new(time, new()
    {
        FreshTime = FreshTime, SizeLimit = MaxEntries,
        IsNegative = known => known.Grant is null,
        TagsOf = (_, known) => [TagOf(known.TenantId, known.KeyId)],
        Shared = shared,
    });

    /// <summary>What is removed when a key was changed, whichever secret was shown.</summary>
    public static string TagOf(string tenantId, string keyId) => $"{tenantId}.{keyId}";
}
