using AgentManagement.Keys;

namespace AgentManagement.ServiceDefaults.Blobs;

/// <summary>Where the bytes of a tenant are in a store: <c>files/{tenant}/{blob}</c>. The only place where this is put together.</summary>
public static class BlobKey
{
    public const string Root = "files/";

    /// <summary>What all keys of the tenant begin with, and no other tenant's.</summary>
    /// <exception cref="ArgumentException">It is no tenant's id.</exception>
    public static string PrefixOf(string tenantId) =>
        GrainKeys.IsTenantId(tenantId) ? $"{Root}{tenantId}/" : throw new ArgumentException("Not a tenant id.", nameof(tenantId));

    /// <exception cref="ArgumentException">One of them is not one.</exception>
    public static string Of(string tenantId, string blob) =>
        GrainKeys.IsBlob(blob) ? PrefixOf(tenantId) + blob : throw new ArgumentException("Not a name of bytes.", nameof(blob));
}
