using AgentManagement.Audit;
using AgentManagement.Grains.Audit;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Silo.Housekeeping;

namespace AgentManagement.Silo.Audit;

/// <summary>
/// Verifies the logs: first the rows that each tenant's log has got since the last run, starting where it was found whole,
/// so that who makes all hashes anew is found by the hash that was there before. Then the scrub: it goes through all rows of
/// all tenants, some a run, and begins anew, so that an old row that is edited is found, though nobody asks. How far both
/// are is kept in the database.
/// </summary>
internal sealed class LogScrub(ChainCheck check, IAuditStore store, TimeProvider time, ILogger<LogScrub> logger) : IHousekeepingJob
{
    private const int MaxTenantsWithNewRows = 1_000;
    private const int MaxNewStepsOfTenant = 10;
    private const int MaxScrubbedTenants = 200;

    /// <summary>After so many rows the scrub waits for the next run: about a second's work of the database.</summary>
    internal int MaxScrubbedRows { get; init; } = 10_000;

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public TimeSpan FirstRun => Interval;

    public async Task RunAsync(CancellationToken stopping)
    {
        foreach (var (tenantId, position) in await store.ListUncheckedAsync(MaxTenantsWithNewRows))
        {
            stopping.ThrowIfCancellationRequested();
            await CheckNewRowsAsync(tenantId, position);
        }
        await ScrubAsync(stopping);
    }

    /// <summary>The part of a run that is the scrub.</summary>
    internal async Task ScrubAsync(CancellationToken stopping)
    {
        var left = (long)MaxScrubbedRows;
        foreach (var (tenantId, position) in await store.ListScrubAsync(MaxScrubbedTenants))
        {
            stopping.ThrowIfCancellationRequested();
            if (left > 0) left -= await ScrubAsync(tenantId, position, left);
        }
    }

    private async Task CheckNewRowsAsync(string tenantId, ChainPosition position)
    {
        using var scope = ScopeOf(tenantId);
        for (var steps = 0; steps < MaxNewStepsOfTenant; steps++)
        {
            var step = await check.StepAsync(tenantId, position);
            // Of a broken log too, so that it does not stand before the others; its position stays, and so it is checked again.
            await store.RecordCheckedAsync(tenantId, step.Fault is null ? step.Last : position, step.Fault is not null, time.GetUtcNow());
            if (step.Fault is { } fault)
            {
                ChangeLogBroken(fault);
                return;
            }
            position = step.Last;
            if (!step.IsLast) continue;
            // Outside of the database, where who changes that cannot change it.
            logger.LogInformation(
                LogEvents.ChangeLogVerified, "The log is whole to revision {Revision}, hash {Hash}", position.Revision, position.Hash);
            return;
        }
    }

    /// <summary>Goes on in a tenant's log until its end, or until enough rows are checked; returns how many.</summary>
    private async Task<long> ScrubAsync(string tenantId, ChainPosition from, long maxRows)
    {
        using var scope = ScopeOf(tenantId);
        var rows = 0L;
        while (rows < maxRows)
        {
            var step = await StepAsync(tenantId, from);
            rows += step.Checked;
            if (!await RecordAsync(tenantId, from, step) || step.IsLast) break;
            from = step.Last;
        }
        return rows;
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
            await store.RecordScrubAsync(tenantId, from, from, isBroken: null, time.GetUtcNow());
            throw;
        }
    }

    private Task<bool> RecordAsync(string tenantId, ChainPosition from, ChainStep step)
    {
        if (step.Fault is { } fault)
        {
            ChangeLogBroken(fault);
            // Its position stays, so that what is broken is checked again.
            return store.RecordScrubAsync(tenantId, from, from, isBroken: true, time.GetUtcNow());
        }
        return step.IsLast
            ? store.RecordScrubAsync(tenantId, from, ChainPosition.Start, isBroken: false, time.GetUtcNow())
            : store.RecordScrubAsync(tenantId, from, step.Last, isBroken: null, time.GetUtcNow());
    }

    private void ChangeLogBroken(ChainFault fault) =>
        logger.LogError(LogEvents.ChangeLogBroken, "The log is broken at revision {Revision}: {Reason}", fault.Revision, fault.Reason);

    private IDisposable? ScopeOf(string tenantId) => logger.BeginScope(new Dictionary<string, object> { ["tenant_id"] = tenantId });
}
