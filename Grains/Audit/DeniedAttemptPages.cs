using AgentManagement.Audit;
using AgentManagement.Grains.Catalog;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Audit;

/// <summary>Refusals, or what was read out, a page at a time.</summary>
internal static class DeniedAttemptPages
{
    // From the first that an id can be to beyond the last.
    private static readonly (string Name, string From, string End) Refusals = ("refusals", "", DeniedAttempt.ReadPrefix);
    private static readonly (string Name, string From, string End) Reads = ("reads", DeniedAttempt.ReadPrefix, "s");

    /// <summary>
    /// A page of the refusals of a tenant, or with null of those of none; Malformed when the cursor is not one of this list.
    /// </summary>
    public static Task<Outcome<Page<DeniedAttempt>>> ReadAsync(
        IDeniedAttemptStore store, string? tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
        ReadAsync(store, Refusals, tenantId, cursor, limit, cancellationToken);

    /// <summary>A page of what was read out of a tenant.</summary>
    public static Task<Outcome<Page<DeniedAttempt>>> ReadReadsAsync(
        IDeniedAttemptStore store, string tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
        ReadAsync(store, Reads, tenantId, cursor, limit, cancellationToken);

    private static async Task<Outcome<Page<DeniedAttempt>>> ReadAsync(
        IDeniedAttemptStore store, (string Name, string From, string End) list, string? tenantId, string? cursor, int limit,
        CancellationToken cancellationToken)
    {
        if (!Cursor.TryRead(cursor, list.Name, out var after)) return Cursor.Refuse<Page<DeniedAttempt>>();
        var items = await store.ListAsync(tenantId, list.From, after?.AgentId ?? list.End, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, limit, list.Name, last => new("", last.Id)));
    }
}
