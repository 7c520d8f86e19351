using System.Diagnostics.CodeAnalysis;
using AgentManagement.Keys;

namespace AgentManagement.Files;

/// <summary>How a configuration names a file of its tenant: <c>blob://files/{id}</c>. Other containers are not this service's.</summary>
public static class FileAddress
{
    private const string Prefix = "blob://files/";

    public static string Of(string fileId) => Prefix + fileId;

    /// <summary>Whether the address is in the service's own container, whatever stands after it.</summary>
    public static bool IsOwn(string address) => address.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads the id of a file.</summary>
    public static bool TryRead(string address, [NotNullWhen(true)] out string? fileId)
    {
        fileId = IsOwn(address) && GrainKeys.IsFileId(address[Prefix.Length..]) ? address[Prefix.Length..] : null;
        return fileId is not null;
    }
}
