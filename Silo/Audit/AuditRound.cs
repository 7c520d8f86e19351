using AgentManagement.Audit;
using AgentManagement.Observability;

namespace AgentManagement.Silo.Audit;

/// <summary>
/// Goes through all rows of all tenants' logs, a few at a time, and begins anew: so that an old row that is edited is found, though
/// nobody asks. The place is kept in the database: one silo goes on where another ended, and who was not looked at for longest is next.
/// </summary>
internal sealed class AuditRound(ChainCheck check, IAuditStore store, TimeProvider time, ILogger<AuditRound> logger)
{
    private const int MostTenants = 200;

    // A little less than a look's period, so that those of several silos are not both late.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(50);

    /// <summary>After so many rows the rest waits for the next look: about a second's work of the database.</summary>
    internal int MostRows { get; init; } = 10_000;

    /// <summary>Goes on with it.</summary>
    public async Task GoOnAsync(CancellationToken stopping = default)
    {
        var (now, left) = (time.GetUtcNow(), (long)MostRows);
        foreach (var (tenantId, position) in await store.ListRoundAsync(MostTenants, now - Pause, now))
        {
            using var scope = logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = tenantId });
            for (var from = position; left > 0 && !stopping.IsCancellationRequested;)
            {
                var step = await StepAsync(tenantId, from);
                left -= step.Checked;
                if (!await RecordAsync(tenantId, from, step) || step.IsLast) break;
                from = step.Last;
            }
        }
    }

    private async Task<ChainStep> StepAsync(string tenantId, ChainPosition from)
    {
        try
        {
            return await check.StepAsync(tenantId, from);
        }
        catch
        {
            // Its turn is over: a log that cannot be read must not stand before the others.
            await store.RecordRoundAsync(tenantId, from, from, isBroken: null, time.GetUtcNow());
            throw;
        }
    }

    private Task<bool> RecordAsync(string tenantId, ChainPosition from, ChainStep step)
    {
        if (step.Fault is { } fault)
        {
            logger.LogError(LogEvents.LogBroken, "The log is broken at revision {Revision}: {Reason}", fault.Revision, fault.Reason);
            // Its place stays, so that what is broken is looked at again.
            return store.RecordRoundAsync(tenantId, from, from, isBroken: true, time.GetUtcNow());
        }
        return step.IsLast
            ? store.RecordRoundAsync(tenantId, from, ChainPosition.Start, isBroken: false, time.GetUtcNow())
            : store.RecordRoundAsync(tenantId, from, step.Last, isBroken: null, time.GetUtcNow());
    }
}
