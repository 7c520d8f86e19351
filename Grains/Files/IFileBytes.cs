namespace AgentManagement.Grains.Files;

/// <summary>The bytes of files, in the blob store, for the work of silos. What throws may be tried again.</summary>
public interface IFileBytes
{
    /// <summary>Whether this process has a blob store.</summary>
    bool IsConfigured { get; }

    /// <summary>Stores bytes under a name; under one that there is already, again.</summary>
    Task WriteAsync(string tenantId, string blob, ReadOnlyMemory<byte> content);

    /// <summary>Deletes bytes; those that are not there, too.</summary>
    Task DeleteAsync(string tenantId, string blob);

    /// <summary>The names of the tenant's bytes that were stored before a time.</summary>
    Task<ImmutableArray<string>> ListAsync(string tenantId, DateTimeOffset storedBefore);

    /// <summary>Removes what is left of uploads that began before a time and never ended.</summary>
    Task DeleteUnfinishedAsync(string tenantId, DateTimeOffset startedBefore);

    /// <summary>The tenants that have bytes.</summary>
    Task<ImmutableArray<string>> ListTenantsAsync();
}
