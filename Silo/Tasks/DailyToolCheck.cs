using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Storage;
using AgentManagement.Tasks;
using AgentManagement.Tools;

namespace AgentManagement.Silo.Tasks;

/// <summary>Starts, once a day (UTC), the check of tools of each tenant whose agents use any: what the registry said may have been missed.</summary>
internal sealed class DailyToolCheck(ITenantStore store, IToolRegistry registry, IGrainFactory grains)
{
    private DateOnly _lastDay;

    /// <summary>Does nothing for the rest of a day on which it has succeeded.</summary>
    public async Task StartWhereDueAsync(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _lastDay || !registry.IsConfigured) return;
        // All silos do this: the day's task of a tenant is the same for each of them.
        var taskId = TaskId.Of($"tools of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        var areAllStarted = true;
        foreach (var tenantId in await store.ReadTenantsOfToolsAsync(toolId: null))
        {
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            areAllStarted &= (await grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, taskId)).StartAsync(new CheckTools())).IsOk;
        }
        if (areAllStarted) _lastDay = day;
    }
}
