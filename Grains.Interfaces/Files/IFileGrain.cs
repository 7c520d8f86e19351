using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Files;

/// <summary>The record of one file of one tenant. Key: <see cref="Keys.GrainKeys.File"/>.</summary>
[Alias("IFileGrain"), KeyedBy(KeyedBy.File)]
public interface IFileGrain : IGrainWithStringKey
{
    /// <summary>Does a command that the tenant grain lets through.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="limits">The tenant's limits.</param>
    /// <param name="bytesKept">The bytes of all files of the tenant.</param>
    [Alias("Apply"), RequiresOfCommand, OnlyFromTenantGrain]
    Task<Outcome<FileChange>> ApplyAsync(FileCommand command, TierLimits limits, long bytesKept);

    /// <summary>The file; NotFound when there is none.</summary>
    [Alias("Get"), Requires(Permissions.AgentsRead), SafeToRetry]
    Task<Outcome<StoredFile>> GetAsync();
}
