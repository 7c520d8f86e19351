using AgentManagement.Tenants;

namespace AgentManagement.Files;

/// <summary>What a tier allows of files, in bytes and media types.</summary>
public static class FileLimits
{
    private const long Mebibyte = 1024 * 1024;

    public static long MaxBytes(TierLimits limits) => limits.FileMebibytes * Mebibyte;

    public static long MaxBytesInAll(TierLimits limits) => limits.TotalFileMebibytes * Mebibyte;

    /// <summary>The least mebibytes that hold so many bytes.</summary>
    public static int Mebibytes(long bytes) => (int)((bytes + Mebibyte - 1) / Mebibyte);

    /// <summary>Whether a media type is one of the tier's.</summary>
    public static bool Allows(string mediaType, TierLimits limits) => limits.FileTypes.Any(allowed => allowed.EndsWith('*')
        ? mediaType.StartsWith(allowed[..^1], StringComparison.Ordinal)
        : mediaType == allowed);
}
