namespace AgentManagement.Grains.Changes;

/// <summary>How far each sink has each tenant's changes.</summary>
public interface ISinkCursorStore
{
    /// <summary>What is recorded; null when nothing was ever sent.</summary>
    Task<SinkCursor?> FindAsync(string tenantId, string sink);

    Task RecordAsync(string tenantId, string sink, SinkCursor cursor);

    /// <summary>
    /// Some of the tenants whose changes a sink does not have, in the order of their ids from the one after
    /// <paramref name="after"/>, and round again: asked for with the last of the page before, each gets its turn. Without
    /// an incarnation, which this silo may not know, only changes count that the sink never got.
    /// </summary>
    Task<ImmutableArray<string>> ListBehindAsync(string sink, string? incarnation, string after, int limit);
}

/// <param name="Revision">Up to which the sink has the changes.</param>
/// <param name="Incarnation">The sink's at that time.</param>
public sealed record SinkCursor(long Revision, string Incarnation);
