namespace AgentManagement.Domain.Tools;

/// <summary>A tool as the registry has it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">One of <see cref="ToolStatus"/>.</param>
/// <param name="Tier">The least tier that may use it; null for any.</param>
/// <param name="Permissions">The permissions that can be given to it; null when the registry does not say.</param>
/// <param name="Versions">Its versions.</param>
public sealed record RegisteredTool(
    string Id, string Status, string? Tier, ImmutableArray<string>? Permissions, ImmutableArray<RegisteredToolVersion> Versions);

/// <summary>A version of a tool.</summary>
/// <param name="Version">As agents name it, letter for letter.</param>
/// <param name="Status">One of <see cref="ToolStatus"/>.</param>
public sealed record RegisteredToolVersion(string Version, string Status);

/// <summary>The statuses of tools and of their versions.</summary>
public static class ToolStatus
{
    public const string Active = "active";

    /// <summary>It works, and will not for ever.</summary>
    public const string Deprecated = "deprecated";

    /// <summary>It does not work any more.</summary>
    public const string Retired = "retired";

    public static ImmutableArray<string> All { get; } = [Active, Deprecated, Retired];
}
