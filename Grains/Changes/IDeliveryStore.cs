namespace AgentManagement.Changes;

/// <summary>How far each destination has been told of each tenant's changes.</summary>
internal interface IDeliveryStore
{
    /// <summary>What is recorded; null when nothing was ever sent.</summary>
    Task<Delivered?> FindAsync(string tenantId, string destination);

    Task RecordAsync(string tenantId, string destination, Delivered delivered);

    /// <summary>Some of the tenants of whom a destination has not been told everything.</summary>
    Task<ImmutableArray<string>> ListBehindAsync(string destination, string epoch, int limit);
}

/// <param name="Revision">Up to which the destination was told.</param>
/// <param name="Epoch">The destination's at that time.</param>
internal sealed record Delivered(long Revision, string Epoch);
