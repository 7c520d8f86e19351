using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tenants;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Tenants;

namespace AgentManagement.Silo.Observability;

/// <summary>Measures in the database what every tenant uses of its limits.</summary>
internal sealed class UseMeasurement(
    ITenantStore store, TierCatalog tiers, TierClaims claims, ServiceSettings settings, TimeProvider time) : IHousekeepingJob
{
    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The last measurement; empty before the first.</summary>
    public ImmutableArray<TenantUse> Last { get; private set; } = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var tenants = await store.ReadAllTotalsAsync(DateOnly.FromDateTime(now.UtcDateTime), stopping);
        Last = TenantUse.Summarize(tenants.Select(tenant => TenantUse.Of(tenant.TenantId, tenant.Usage, LimitsOf(tenant, now))),
            settings.MetricsTenants);
    }

    /// <summary>Of a tenant of which nothing was set only its callers' tokens say the tier: null until this silo has seen one.</summary>
    private TierLimits? LimitsOf(MeasuredTenant tenant, DateTimeOffset now)
    {
        var claim = claims.Find(tenant.TenantId);
        return tenant.Settings is null && claim is null ? null : tiers.LimitsOf(tenant.Settings, claim, now);
    }
}
