using AgentManagement.Audit;

namespace AgentManagement.Domain.Audit;

/// <summary>Where a tenant's log ends, by its own record and by its rows.</summary>
/// <param name="Revision">The tenant's revision.</param>
/// <param name="Hash">The last hash, as the tenant's record has it.</param>
/// <param name="First">The smallest revision of a row; 1 where there is none.</param>
/// <param name="Last">The largest revision of a row; 0 where there is none.</param>
public sealed record ChainHead(long Revision, string Hash, long First, long Last)
{
    public ChainPosition ToPosition() => new(Revision, Hash);
}

/// <summary>Whether rows of a log are those that were written, each after the one before it. Pure.</summary>
public static class ChainRules
{
    /// <param name="after">The last row that was found right.</param>
    /// <param name="head">Where the log ends; read before the rows.</param>
    /// <param name="rows">The rows from <paramref name="after"/> on, it included, to the head, oldest first.</param>
    /// <param name="isCut">Whether there are more of them.</param>
    public static ChainStep Check(ChainPosition after, ChainHead head, IReadOnlyList<LoggedRow> rows, bool isCut)
    {
        var (last, count) = (after, 0L);
        ChainStep Result(ChainFault? fault) => new(count, last, head.ToPosition(), fault);

        if (head.First < 1) return Result(new(head.First, ChainReason.Added));
        if (FindFaultAt(after, head, rows) is { } lost) return Result(lost);
        foreach (var row in after.Revision == 0 ? rows : rows.Skip(1))
        {
            if (FindFault(last, row) is { } fault) return Result(fault);
            (last, count) = (new(row.Revision, row.Hash!), count + 1);
        }
        return Result(isCut ? null : FindFaultAtEnd(last, head));
    }

    /// <summary>What was found right before must still be there.</summary>
    private static ChainFault? FindFaultAt(ChainPosition after, ChainHead head, IReadOnlyList<LoggedRow> rows)
    {
        if (after.Revision == 0) return null;
        if (after.Revision > head.Revision) return new(head.Revision + 1, ChainReason.Missing);
        if (rows is not [var row, ..] || row.Revision != after.Revision) return new(after.Revision, ChainReason.Missing);
        return row.Hash == after.Hash ? null : new(after.Revision, ChainReason.Altered);
    }

    private static ChainFault? FindFault(ChainPosition last, LoggedRow row)
    {
        var expected = last.Revision + 1;
        if (row.Revision > expected) return new(expected, ChainReason.Missing);
        if (row.Revision < expected) return new(row.Revision, ChainReason.Added);
        if (row.Hash != row.HashAfter(last.Hash)) return new(row.Revision, ChainReason.Altered);
        if (row.KeptHash is null)
        {
            return row is { IsCurrent: true, DocumentHash: not null } ? new(row.Revision, ChainReason.ContentMissing) : null;
        }
        return row.KeptHash == row.DocumentHash ? null : new(row.Revision, ChainReason.Content);
    }

    private static ChainFault? FindFaultAtEnd(ChainPosition last, ChainHead head)
    {
        if (last.Revision < head.Revision) return new(last.Revision + 1, ChainReason.Missing);
        if (last.Hash != head.Hash) return new(head.Revision, ChainReason.Head);
        return head.Last > head.Revision ? new(head.Revision + 1, ChainReason.Added) : null;
    }
}
