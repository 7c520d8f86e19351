using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.Tasks;

/// <summary>Starts a task, once a day (UTC), of each tenant that needs it.</summary>
/// <param name="name">What the task of a day is called, the day apart.</param>
/// <param name="command">What is to be done.</param>
/// <param name="grains">Where the tasks are.</param>
/// <param name="time">The clock.</param>
/// <param name="findTenantsAsync">The tenants that need it at a time.</param>
internal sealed class DailyTask(
    string name, TaskCommand command, IGrainFactory grains, TimeProvider time, Func<DateTimeOffset,
    Task<IEnumerable<string>>> findTenantsAsync)
    : IHousekeepingJob
{
    private DateOnly _lastDay;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Does nothing for the rest of a day on which it has succeeded.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        if (day == _lastDay) return;
        // After a silo's death another one begins the day anew: the day's task of a tenant is the same for both.
        var taskId = TaskId.Of($"{name} of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        var areAllStarted = true;
        foreach (var tenantId in await findTenantsAsync(now))
        {
            stopping.ThrowIfCancellationRequested();
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            areAllStarted &= (await grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, taskId)).StartAsync(command)).IsOk;
        }
        if (areAllStarted) _lastDay = day;
    }
}
