namespace AgentManagement.Audit;

/// <summary>Reads the log as it is stored, and keeps how far it was found whole.</summary>
internal interface IAuditStore
{
    /// <summary>Where a tenant's log ends.</summary>
    Task<ChainHead> ReadHeadAsync(string tenantId);

    /// <summary>The rows from a revision on, it included, to another, oldest first.</summary>
    Task<ImmutableArray<LoggedRow>> ReadRowsAsync(string tenantId, long from, long to, int limit);

    /// <summary>All tenants that have a log, or rows in it.</summary>
    Task<ImmutableArray<string>> ListTenantsAsync();

    /// <summary>Tenants whose log does not end where it was last found whole, with that place.</summary>
    Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit);

    /// <summary>Keeps how far a tenant's log was found whole.</summary>
    Task RecordCheckedAsync(string tenantId, ChainPosition position, DateTimeOffset now);
}
