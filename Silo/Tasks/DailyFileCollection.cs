using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>Starts, once a day (UTC), the collection of files of each tenant that has any, or bytes that a broken upload left.</summary>
internal sealed class DailyFileCollection(IFileStore store, IFileBytes bytes, IGrainFactory grains)
{
    private DateOnly _lastDay;

    /// <summary>Does nothing for the rest of a day on which it has succeeded.</summary>
    public async Task StartWhereDueAsync(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _lastDay || !bytes.IsConfigured) return;
        // All silos do this: the day's task of a tenant is the same for each of them.
        var taskId = TaskId.Of($"files of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        var areAllStarted = true;
        foreach (var tenantId in (await store.ReadTenantsAsync()).Union(await bytes.ListTenantsAsync()))
        {
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            areAllStarted &= (await grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, taskId)).StartAsync(new CollectFiles())).IsOk;
        }
        if (areAllStarted) _lastDay = day;
    }
}
