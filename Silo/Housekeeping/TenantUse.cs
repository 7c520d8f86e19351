using AgentManagement.Files;
using AgentManagement.Tenants;

namespace AgentManagement.Silo.Housekeeping;

/// <summary>What a tenant uses of one of its limits.</summary>
/// <param name="Limit">agents, active_agents, creates_per_day, templates, file_bytes or requests_per_minute.</param>
/// <param name="Used">How much there is; of requests null, which gateways count.</param>
/// <param name="Allowed">How much there may be; null where nothing bounds it, or where it is not known.</param>
[GenerateSerializer, Immutable, Alias("LimitUse")]
internal readonly record struct LimitUse(string Limit, long? Used, long? Allowed)
{
    /// <summary>Which part of the limit is used; 0 where nothing bounds it, and where the tier has none of it.</summary>
    public double Share => Allowed is > 0 and { } allowed ? (double)(Used ?? 0) / allowed : 0;
}

/// <summary>What a tenant uses of its limits.</summary>
/// <param name="TenantId">The tenant; null for all that are not named.</param>
/// <param name="Limits">Each limit, always in the same order.</param>
[GenerateSerializer, Immutable, Alias("TenantUse")]
internal sealed record TenantUse(string? TenantId, ImmutableArray<LimitUse> Limits)
{
    /// <param name="tenantId">The tenant.</param>
    /// <param name="usage">Its counters.</param>
    /// <param name="limits">Its limits; null where they are not known.</param>
    public static TenantUse Of(string tenantId, TenantUsage usage, TierLimits? limits) => new(
        tenantId,
        [
            new("agents", usage.Agents, limits?.Agents),
            new("active_agents", usage.ActiveAgents, limits?.ActiveAgents),
            new("creates_per_day", usage.CreatesToday, limits?.CreatesPerDay),
            new("templates", usage.Templates, limits?.Templates),
            new("file_bytes", usage.FileBytes, limits is null ? null : FileLimits.MaxBytesInAll(limits)),
            new("requests_per_minute", null, limits?.RequestsPerMinute),
        ]);

    /// <summary>Those that use most of a limit, by name, and all others together, who have no limit in common.</summary>
    public static ImmutableArray<TenantUse> Summarize(IEnumerable<TenantUse> tenants, int named)
    {
        var ordered = tenants.OrderByDescending(each => each.Limits.Max(limit => limit.Share))
            .ThenByDescending(each => each.Limits[0].Used).ThenBy(each => each.TenantId, StringComparer.Ordinal).ToList();
        var others = ordered.Skip(named).ToList();
        if (others.Count == 0) return [.. ordered];
        var sums = others[0].Limits.Select((limit, index) =>
            new LimitUse(limit.Limit, limit.Used is null ? null : others.Sum(each => each.Limits[index].Used), Allowed: null));
        return [.. ordered.Take(named), new(null, [.. sums])];
    }
}
