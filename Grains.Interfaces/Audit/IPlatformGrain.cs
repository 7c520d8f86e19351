using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.Audit;

/// <summary>What is no tenant's. Key: <see cref="Keys.GrainKeys.Platform"/>.</summary>
[Alias("IPlatformGrain"), KeyedBy(KeyedBy.Platform)]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>Keeps attempts that were refused, of any tenant. To keep one again changes nothing.</summary>
    [Alias("RecordDeniedAttempts"), Requires(Permissions.RefusalsRecord), SafeToRetry]
    Task<int> RecordDeniedAttemptsAsync(ImmutableArray<DeniedAttempt> refusals);

    /// <summary>A page of the attempts of which no tenant is known, newest first.</summary>
    [Alias("ListDeniedAttempts"), Requires(Permissions.TenantsManage), SafeToRetry]
    Task<Outcome<Page<DeniedAttempt>>> ListDeniedAttemptsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>How many attempts of which no tenant is known were refused on each of the last days.</summary>
    [Alias("CountDeniedAttempts"), Requires(Permissions.TenantsManage), SafeToRetry]
    Task<ImmutableArray<DayCount>> CountDeniedAttemptsAsync(int days, CancellationToken cancellationToken = default);
}
