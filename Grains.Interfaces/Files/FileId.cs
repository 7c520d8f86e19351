namespace AgentManagement.Files;

/// <summary>The id of a file: <c>sha256-</c> and the hash of its bytes in 64 hexadecimal digits. Says nothing without the tenant.</summary>
public static class FileId
{
    private const string Prefix = "sha256-";

    /// <param name="hash">SHA-256, 32 bytes.</param>
    public static string Of(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);

    /// <summary>The hash in hexadecimal digits.</summary>
    public static string HashOf(string fileId) => fileId[Prefix.Length..];
}
