using AgentManagement.Audit;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps attempts that were refused.</summary>
public interface IDeniedAttemptStore
{
    /// <summary>Keeps those that are not kept yet.</summary>
    Task AddAsync(ImmutableArray<DeniedAttempt> refusals);

    /// <summary>Those of a tenant, or with null those of none, newest first, below an id.</summary>
    Task<ImmutableArray<DeniedAttempt>> ListAsync(string? tenantId, string belowId, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets those of before a time.</summary>
    Task ForgetAsync(DateTimeOffset before);
}
