using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>Starts a task, once a day (UTC), of each tenant that needs it.</summary>
/// <param name="name">What the task of a day is called, the day apart.</param>
internal abstract class DailyTask(string name, IGrainFactory grains)
{
    private DateOnly _lastDay;

    /// <summary>Does nothing for the rest of a day on which it has succeeded.</summary>
    public async Task StartWhereDueAsync(DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _lastDay) return;
        // All silos do this: the day's task of a tenant is the same for each of them.
        var taskId = TaskId.Of($"{name} of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        var areAllStarted = true;
        foreach (var tenantId in await FindTenantsAsync(now))
        {
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            areAllStarted &= (await grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, taskId)).StartAsync(NewCommand())).IsOk;
        }
        if (areAllStarted) _lastDay = day;
    }

    protected abstract Task<IEnumerable<string>> FindTenantsAsync(DateTimeOffset now);

    protected abstract TaskCommand NewCommand();
}
