using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tenants;

namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// How many requests a minute tenants may make. Asked of the tenant, and kept for a while: a change of tier is seen here within
/// <see cref="Lifetime"/>.
/// </summary>
internal sealed class TenantRates(IClusterClient cluster, TimeProvider time, ILogger<TenantRates> logger)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<(string TenantId, string? Tier), Rate> _rates = new();

    /// <summary>The limit; null when it is not known, since the tenant cannot be asked.</summary>
    public async ValueTask<int?> FindAsync(Caller caller)
    {
        var key = (caller.TenantId, caller.Tier);
        var kept = _rates.GetValueOrDefault(key);
        if (kept is not null && time.GetUtcNow() < kept.GoodUntil) return kept.Limit;
        try
        {
            var limit = await AskAsync(caller);
            if (_rates.Count >= MaxKept) _rates.Clear();
            _rates[key] = new(limit, time.GetUtcNow() + Lifetime);
            return limit;
        }
        catch (Exception exception)
        {
            // Whatever the request wants of the silo will say so.
            logger.LogDebug(LogEvents.RateLimitUnknown, exception, "The rate of a tenant could not be asked");
            return kept?.Limit;
        }
    }

    private async Task<int> AskAsync(Caller caller)
    {
        // Whoever may make requests need not be allowed to read the tenant.
        Caller.Current = Caller.Service(caller.TenantId) with { Tier = caller.Tier };
        return (await cluster.Bind<ITenantGrain>(GrainKeys.Tenant(caller.TenantId)).GetLimitsAsync()).RequestsPerMinute;
    }

    private sealed record Rate(int Limit, DateTimeOffset GoodUntil);
}
