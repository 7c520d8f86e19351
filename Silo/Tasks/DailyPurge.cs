using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Keys;
using AgentManagement.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>Starts, once a day (UTC), the purge of each tenant that has agents whose time to be restored has passed.</summary>
internal sealed class DailyPurge(ITenantStore store, IGrainFactory grains)
{
    private DateOnly _lastDay;

    /// <summary>Does nothing for the rest of a day on which it has succeeded.</summary>
    public async Task StartWhereDueAsync(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _lastDay) return;
        foreach (var tenantId in await store.ReadTenantsOfArchivedAsync(now - StatusRules.RestorePeriod))
        {
            // All silos do this: the day's task of a tenant is the same for each of them.
            var name = $"purge of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            await grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, TaskId.Of(name))).StartAsync(new PurgeExpiredAgents());
        }
        _lastDay = day;
    }
}
