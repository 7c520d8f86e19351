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

    /// <summary>Tenants whose log does not end where it was last found whole, with that place; those that are gone, too.</summary>
    Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit);

    /// <summary>Keeps how far a tenant's log was found whole, and whether what comes after is broken.</summary>
    Task RecordCheckedAsync(string tenantId, ChainPosition position, bool isBroken, DateTimeOffset now);

    /// <summary>Tenants in the order of the round, with the place that it has come to in their logs; none when another silo is at it.</summary>
    /// <param name="limit">Most tenants.</param>
    /// <param name="since">Who did any of it since then is at it.</param>
    /// <param name="now">The time: what is later was a clock that was wrong.</param>
    Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListRoundAsync(int limit, DateTimeOffset since, DateTimeOffset now);

    /// <summary>Keeps to which place the round has come in a tenant's log.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="from">The place that it was at.</param>
    /// <param name="to">The place that it is at.</param>
    /// <param name="isBroken">What it found of the log; null when it has not been through it yet.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when it is somewhere else by now, and nothing was kept.</returns>
    Task<bool> RecordRoundAsync(string tenantId, ChainPosition from, ChainPosition to, bool? isBroken, DateTimeOffset now);

    /// <summary>Keeps that somebody found a tenant's log broken. Only a round that begins after it finds the log whole again.</summary>
    Task RecordBrokenAsync(string tenantId, DateTimeOffset now);

    /// <summary>How many tenants' logs are known to be broken.</summary>
    Task<long> CountBrokenAsync();
}
