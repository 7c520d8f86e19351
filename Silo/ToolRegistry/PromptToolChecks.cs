using System.Collections.Concurrent;
using AgentManagement.Access;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Storage;
using AgentManagement.Tasks;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Has the agents checked that use a tool of which the registry has said something. Every silo hears the same: each starts
/// the same task for a tenant at the end of the same two seconds, so that it runs once, whatever was said how often in them.
/// </summary>
internal sealed class PromptToolChecks(ITenantStore store, IGrainFactory grains, TimeProvider time, ILogger<PromptToolChecks> logger) : BackgroundService
{
    private const int MostTold = 10_000;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<ToolNotice, bool> _told = new();
    private readonly HashSet<string> _due = new(StringComparer.Ordinal);

    /// <summary>Notes it. What is beyond all measure is left to the daily check.</summary>
    public void Add(ToolNotice notice)
    {
        if (_told.Count < MostTold) _told.TryAdd(notice, true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            await Task.Delay(Period - TimeSpan.FromTicks(now.Ticks % Period.Ticks), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Before its end another silo may yet hear something that this period's task must come after.
            if (stoppingToken.IsCancellationRequested) return;
            try
            {
                await StartChecksAsync(now.Ticks / Period.Ticks);
            }
            catch (Exception exception)
            {
                logger.LogWarning(LogEvents.ToolCheckNotStarted, exception, "A check of tools could not be started; it will be soon");
            }
        }
    }

    private async Task StartChecksAsync(long period)
    {
        foreach (var notice in _told.Keys)
        {
            var tenants = await store.ReadTenantsOfToolsAsync(notice.ToolId, notice.TenantId);
            _due.UnionWith(tenants);
            // What was said again meanwhile is in these tenants' checks: they have not started.
            _told.TryRemove(notice, out _);
        }
        foreach (var tenantId in _due.ToList())
        {
            Caller.Current = new Caller(tenantId, Caller.SystemSubject, "admin", null, Guid.NewGuid().ToString());
            var task = grains.GetGrain<ITaskGrain>(GrainKeys.Task(tenantId, TaskId.Of($"tools at {period}")));
            if ((await task.StartAsync(new CheckTools())).IsOk) _due.Remove(tenantId);
        }
    }
}
