using AgentManagement.Audit;
using AgentManagement.Domain.Audit;

namespace AgentManagement.Grains.Audit;

/// <summary>Reads the log as it is stored, and keeps how far it was found whole.</summary>
public interface IAuditStore
{
    /// <summary>Where a tenant's log ends.</summary>
    Task<ChainHead> ReadHeadAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>The rows from a revision on, it included, to another, oldest first.</summary>
    Task<ImmutableArray<LoggedRow>> ReadRowsAsync(string tenantId, long from, long to, int limit, CancellationToken cancellationToken);

    /// <summary>How many rows there are of each of some days, UTC, those without any included.</summary>
    Task<ImmutableArray<DayCount>> CountDaysAsync(string tenantId, DateOnly first, int days, CancellationToken cancellationToken);

    /// <summary>All tenants that have a log, or rows in it.</summary>
    Task<ImmutableArray<string>> ListTenantsAsync();

    /// <summary>Tenants whose log does not end where it was last found whole, with that place; those that are gone, too.</summary>
    Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit);

    /// <summary>Keeps how far a tenant's log was found whole, and whether what comes after is broken.</summary>
    Task RecordCheckedAsync(string tenantId, ChainPosition position, bool isBroken, DateTimeOffset now);

    /// <summary>Tenants in the order of the scrub, the one that has waited longest first, with its position in their logs.</summary>
    Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListScrubAsync(int limit);

    /// <summary>Keeps to which position the scrub has come in a tenant's log.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="from">The position that it was at.</param>
    /// <param name="to">The position that it is at.</param>
    /// <param name="isBroken">What it found of the log; null when it has not been through it yet.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when it is somewhere else by now, and nothing was kept.</returns>
    Task<bool> RecordScrubAsync(string tenantId, ChainPosition from, ChainPosition to, bool? isBroken, DateTimeOffset now);

    /// <summary>Keeps that somebody found a tenant's log broken. Only a scrub that begins after it finds the log whole again.</summary>
    Task RecordBrokenAsync(string tenantId, DateTimeOffset now);

    /// <summary>How many tenants' logs are known to be broken.</summary>
    Task<long> CountBrokenAsync();
}
