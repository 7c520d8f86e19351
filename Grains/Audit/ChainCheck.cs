using AgentManagement.Audit;
using AgentManagement.Domain.Audit;

namespace AgentManagement.Grains.Audit;

/// <summary>Checks a tenant's log, some rows at a time.</summary>
public sealed class ChainCheck(IAuditStore store, int rowsAtOnce = ChainCheck.RowsAtOnce)
{
    /// <summary>Most rows of one step: well below a second's work.</summary>
    internal const int RowsAtOnce = 2_000;

    /// <summary>Checks the next rows.</summary>
    public async Task<ChainStep> StepAsync(string tenantId, ChainPosition after, CancellationToken cancellationToken = default)
    {
        // The head first: rows that come after it was read are no concern of this step.
        var head = await store.ReadHeadAsync(tenantId, cancellationToken);
        var rows = await store.ReadRowsAsync(tenantId, Math.Max(after.Revision, 1), head.Revision, rowsAtOnce, cancellationToken);
        var step = ChainRules.Check(after, head, rows, isCut: rows.Length == rowsAtOnce && rows[^1].Revision < head.Revision);
        AuditMetrics.Count(step);
        return step;
    }

    /// <summary>Checks all of the log, from its first row to its head.</summary>
    public async Task<ChainStep> RunAsync(string tenantId)
    {
        var step = await StepAsync(tenantId, ChainPosition.Start);
        while (!step.IsLast)
        {
            var next = await StepAsync(tenantId, step.Last);
            step = next with { Checked = step.Checked + next.Checked };
        }
        return step;
    }
}
