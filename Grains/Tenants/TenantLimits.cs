using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Storage;
using AgentManagement.Tenants;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.Grains.Tenants;

/// <summary>
/// The limits of tenants, by which agents decide. What was set of a tenant is read once and used for a while. A commit refuses what was
/// decided by settings that are no others' any more, and a refusal is looked at again with fresh ones: so no decision is an old one's.
/// </summary>
internal sealed class TenantLimits(ITenantStore store, TierCatalog tiers, TierClaims claims, TimeProvider time) : IDisposable
{
    private const int MaxTenants = 10_000;
    private static readonly TimeSpan LongestUse = TimeSpan.FromSeconds(30);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = MaxTenants });

    /// <summary>The limits of a caller with the tier that its token claims.</summary>
    public async ValueTask<KnownLimits> ReadAsync(string tenantId, string? claimedTier) =>
        _known.TryGetValue(tenantId, out TenantSettings? kept) && kept is not null
            ? new(tiers.LimitsOf(kept.Document, claimedTier, time.GetUtcNow()), kept.Version, IsFresh: false)
            {
                RequiresMatch = kept.Document?.RequireIfMatch == true, DefaultModel = kept.Document?.DefaultModel?.ToModel(),
            }
            : await ReadFreshAsync(tenantId, claimedTier);

    /// <summary>The same, with the settings that the database has now.</summary>
    public async Task<KnownLimits> ReadFreshAsync(string tenantId, string? claimedTier)
    {
        var settings = await store.ReadSettingsAsync(tenantId);
        if (claimedTier is not null) claims.Note(tenantId, claimedTier);
        _known.Set(tenantId, settings, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = LongestUse });
        return new(tiers.LimitsOf(settings.Document, claimedTier, time.GetUtcNow()), settings.Version, IsFresh: true)
        {
            RequiresMatch = settings.Document?.RequireIfMatch == true, DefaultModel = settings.Document?.DefaultModel?.ToModel(),
        };
    }

    /// <summary>Has the settings read again when they are next needed.</summary>
    public void Forget(string tenantId) => _known.Remove(tenantId);

    public void Dispose() => _known.Dispose();
}

/// <summary>A tenant's limits, and the version of the settings that they follow from.</summary>
/// <param name="IsFresh">Whether the settings were read just now.</param>
internal readonly record struct KnownLimits(TierLimits Limits, int SettingsVersion, bool IsFresh)
{
    /// <summary>Whether clients must name the version that they change.</summary>
    public bool RequiresMatch { get; init; }

    /// <summary>The model of agents that name none; null for none.</summary>
    public DefaultModel? DefaultModel { get; init; }
}
