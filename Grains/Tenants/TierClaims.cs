using System.Collections.Concurrent;

namespace AgentManagement.Grains.Tenants;

/// <summary>
/// The tiers that tokens claimed, as far as this silo has seen them: all that is known of a tenant whose tier nobody has set.
/// </summary>
public sealed class TierClaims
{
    private const int MaxTenants = 10_000;

    private readonly ConcurrentDictionary<string, string> _tiers = new(StringComparer.Ordinal);

    public void Note(string tenantId, string tier)
    {
        if (_tiers.ContainsKey(tenantId) || _tiers.Count < MaxTenants) _tiers[tenantId] = tier;
    }

    /// <summary>The last that a token claimed; null when none was seen.</summary>
    public string? Find(string tenantId) => _tiers.GetValueOrDefault(tenantId);
}
