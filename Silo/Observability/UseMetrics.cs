using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Observability;

/// <summary>What tenants use of their limits, of the whole service: each silo publishes the same measurement.</summary>
internal sealed class UseMetrics
{
    /// <summary>The label of all tenants that are not named; no tenant can have this id.</summary>
    internal const string Others = "(others)";

    private static readonly Gauge<long> Used = ServiceMeter.Meter.CreateGauge<long>(
        $"{ServiceMeter.Use}used", null, "What a tenant uses of a limit.");

    private static readonly Gauge<long> Allowed = ServiceMeter.Meter.CreateGauge<long>(
        $"{ServiceMeter.Use}limit", null, "What a tenant may use of it.");

    private readonly HashSet<(string Tenant, string Limit)> _published = [];
    private ImmutableArray<TenantUse> _last = [];

    public void Record(ImmutableArray<TenantUse> tenants)
    {
        if (tenants == _last) return;
        _last = tenants;
        var series = tenants
            .SelectMany(tenant => tenant.Limits.Select(limit => (Key: (tenant.TenantId ?? Others, limit.Limit), limit.Used, limit.Allowed)))
            .ToList();
        // A series stays for as long as the process: that of a tenant which is no longer named is 0.
        foreach (var gone in _published.Except(series.Select(each => each.Key)).ToList()) Publish(gone, 0, 0);
        foreach (var (key, used, allowed) in series)
        {
            Publish(key, used, allowed);
            _published.Add(key);
        }
    }

    private static void Publish((string Tenant, string Limit) series, long? used, long? allowed)
    {
        KeyValuePair<string, object?> tenant = new(ServiceMeter.Tenant, series.Tenant), limit = new("limit", series.Limit);
        if (used is { } count) Used.Record(count, tenant, limit);
        // 0 where there is none any more: a part of it is then no number, and no alert.
        if (series.Tenant != Others) Allowed.Record(allowed ?? 0, tenant, limit);
    }
}
