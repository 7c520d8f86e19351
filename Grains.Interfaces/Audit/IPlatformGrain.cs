using AgentManagement.Access;
using AgentManagement.Outcomes;

namespace AgentManagement.Audit;

/// <summary>What is no tenant's. Key: <see cref="Keys.GrainKeys.Platform"/>.</summary>
[Alias("IPlatformGrain"), KeyedBy(KeyedBy.Platform)]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>Keeps attempts that were refused, of any tenant. To keep one again changes nothing.</summary>
    [Alias("RecordRefusals"), Requires(Permissions.RefusalsRecord), SafeToRetry]
    Task<int> RecordRefusalsAsync(ImmutableArray<Refusal> refusals);

    /// <summary>A page of the attempts of which no tenant is known, newest first.</summary>
    [Alias("ListRefusals"), Requires(Permissions.TenantsManage), SafeToRetry]
    Task<Outcome<Page<Refusal>>> ListRefusalsAsync(string? cursor, int limit, CancellationToken cancellationToken = default);
}
