using AgentManagement.Access;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Has the agents checked that use a tool of which the registry has said something: one task for each tenant, whatever
/// was said how often since the last run. Used in turns of the housekeeping grain only.
/// </summary>
internal sealed class PromptToolChecks(ITenantStore store, IGrainFactory grains) : IHousekeepingJob
{
    private const int MaxNotices = 10_000;

    private readonly HashSet<ToolNotice> _notices = [];
    private readonly HashSet<string> _due = new(StringComparer.Ordinal);

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Notes what was said. Beyond all measure it is left to the daily check.</summary>
    public void Add(ToolNotice notice)
    {
        if (_notices.Count < MaxNotices) _notices.Add(notice);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var notice in _notices.ToList())
        {
            _due.UnionWith(await store.ReadTenantsOfToolsAsync(notice.ToolId, notice.TenantId));
            // What was said again meanwhile is in these tenants' checks: they have not started.
            _notices.Remove(notice);
        }
        foreach (var tenantId in _due.ToList())
        {
            stopping.ThrowIfCancellationRequested();
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            var task = grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, TaskId.New()));
            if ((await task.StartAsync(new CheckTools())).IsOk) _due.Remove(tenantId);
        }
    }
}
