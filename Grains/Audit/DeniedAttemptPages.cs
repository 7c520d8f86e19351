using AgentManagement.Audit;
using AgentManagement.Grains.Catalog;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Audit;

/// <summary>Refusals, a page at a time.</summary>
internal static class DeniedAttemptPages
{
    private const string List = "refusals";

    // Beyond all ids, which are hexadecimal digits.
    private const string End = "~";

    /// <summary>A page of those of a tenant, or with null of those of none; Malformed when the cursor is not one of this list.</summary>
    public static async Task<Outcome<Page<DeniedAttempt>>> ReadAsync(
        IDeniedAttemptStore store, string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryRead(cursor, List, out var after)) return Cursor.Refuse<Page<DeniedAttempt>>();
        var items = await store.ListAsync(tenantId, after?.AgentId ?? End, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, limit, List, last => new("", last.Id)));
    }
}
