using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.Audit;

/// <summary>What proves a tenant's log, who was refused, and what was read out. Key: <see cref="Keys.GrainKeys.Tenant"/>.</summary>
[Alias("IAuditGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Checks the next few thousand rows of the log; to be called again from where it ended, until it is at the head.</summary>
    /// <param name="after">Where the step before ended; <see cref="ChainPosition.Start"/> for the first.</param>
    [Alias("VerifyChain"), Requires(Permissions.AuditRead), SafeToRetry]
    Task<ChainStep> VerifyChainAsync(ChainPosition after, CancellationToken cancellationToken = default);

    /// <summary>How many changes there were on each of the last days, the oldest first; today is the last.</summary>
    [Alias("CountChanges"), Requires(Permissions.AuditRead), SafeToRetry]
    Task<ImmutableArray<DayCount>> CountChangesAsync(int days, CancellationToken cancellationToken = default);

    /// <summary>How many attempts of the tenant's own callers were refused on each of the last days.</summary>
    [Alias("CountDeniedAttempts"), Requires(Permissions.RefusalsRead), SafeToRetry]
    Task<ImmutableArray<DayCount>> CountDeniedAttemptsAsync(int days, CancellationToken cancellationToken = default);

    /// <summary>A page of the attempts of the tenant's own callers that were refused, newest first.</summary>
    [Alias("ListDeniedAttempts"), Requires(Permissions.RefusalsRead), SafeToRetry]
    Task<Outcome<Page<DeniedAttempt>>> ListDeniedAttemptsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>A page of what was read out of the tenant, newest first.</summary>
    [Alias("ListReads"), Requires(Permissions.AuditRead), SafeToRetry]
    Task<Outcome<Page<DeniedAttempt>>> ListReadsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
