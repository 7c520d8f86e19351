using AgentManagement.Audit;

namespace AgentManagement.Grains.Audit;

/// <summary>Keeps attempts that were refused, and what was read out.</summary>
public interface IDeniedAttemptStore
{
    /// <summary>Keeps those that are not kept yet.</summary>
    Task AddAsync(ImmutableArray<DeniedAttempt> refusals);

    /// <summary>Those of a tenant, or with null those of none, newest first, from one id, it included, to below another.</summary>
    Task<ImmutableArray<DeniedAttempt>> ListAsync(
        string? tenantId, string fromId, string belowId, int limit, CancellationToken cancellationToken);

    /// <summary>How many refusals of a tenant, or with null of none, there are of each of some days, UTC.</summary>
    Task<ImmutableArray<DayCount>> CountDaysAsync(string? tenantId, DateOnly first, int days, CancellationToken cancellationToken);

    /// <summary>Forgets those of before a time.</summary>
    Task ForgetAsync(DateTimeOffset before);
}
