using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.WebGateway.Internal;

/// <summary>
/// The labels that tenants have for services that ask for none. Asked of the tenant, and kept for a while, so that most readings ask the
/// agent alone: a change is seen here within <see cref="FreshTime"/>.
/// </summary>
internal sealed class TenantLabels(TimeProvider time) : IDisposable
{
    public static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(5);

    private const int MaxEntries = 10_000;

    private readonly RefreshingCache<string, TenantDefaults> _known = new(time, new()
    {
        FreshTime = FreshTime, SizeLimit = MaxEntries, TagsOf = (_, _) => [],
    });

    /// <summary>The tenant's; null for the current versions.</summary>
    public async Task<string?> FindAsync(string tenantId, CallerGrains grains) =>
        (await _known.GetAsync(tenantId, async () => await grains.Tenant.GetDefaultsAsync()))?.DefaultLabel;

    public void Dispose() => _known.Dispose();
}
