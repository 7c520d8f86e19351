using System.Data.Common;
using AgentManagement.Domain.Outcomes;

namespace AgentManagement.Grains.Storage;

/// <summary>
/// What the guards of Silo/Schema refuse, as results. PostgreSQL's have codes of their own, SQLite's can only raise a text.
/// </summary>
internal static class WriteGuards
{
    private const string QuotaText = "quota_exceeded:";

    private static readonly (string SqlState, string Text, WriteResult Result)[] All =
    [
        ("AM001", QuotaText, WriteResult.QuotaExceeded),
        ("AM002", "idempotency_conflict", WriteResult.IdempotencyConflict),
        ("AM003", "file_in_use", WriteResult.FileInUse),
        // A file that was found is gone: the decision was made on an outdated state, as with any conflict.
        ("AM004", "file_gone", WriteResult.Conflict),
        ("AM006", "writes_are_stopped", WriteResult.Stopped),
    ];

    /// <summary>The refusal, with the limit's name when a quota refused; null when the exception is none.</summary>
    public static (WriteResult Result, string? Limit)? Read(Exception exception)
    {
        // Orleans wraps the driver's exception.
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException refusal) return Read(refusal);
        }
        return null;
    }

    private static (WriteResult Result, string? Limit)? Read(DbException exception)
    {
        var message = exception.Message;
        foreach (var (sqlState, text, result) in All)
        {
            if (exception.SqlState is { } code ? code != sqlState : !message.Contains(text, StringComparison.Ordinal)) continue;
            var limit = message.IndexOf(QuotaText, StringComparison.Ordinal);
            return (result, limit < 0 ? null : new([.. message[(limit + QuotaText.Length)..].TakeWhile(char.IsLetter)]));
        }
        return null;
    }
}
