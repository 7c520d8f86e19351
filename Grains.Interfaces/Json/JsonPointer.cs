namespace AgentManagement.Json;

/// <summary>JSON pointers (RFC 6901), the way every issue names its field.</summary>
public static class JsonPointer
{
    /// <summary>The pointer to a member of what <paramref name="pointer"/> points to.</summary>
    public static string Append(string pointer, string member) =>
        $"{pointer}/{member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
