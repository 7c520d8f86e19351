using AgentManagement.Domain.Tools;
using AgentManagement.ServiceDefaults.Caching;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>What the registry has said of a tool, to one tenant.</summary>
/// <param name="Tool">Null for one that there is not.</param>
internal sealed record KnownTool(RegisteredTool? Tool)
{
    /// <summary>For how long a tool is known.</summary>
    public static readonly TimeSpan FoundTime = TimeSpan.FromMinutes(5);

    // Somebody may be about to add it.
    private static readonly TimeSpan MissingTime = TimeSpan.FromSeconds(30);

    private const long MaxBytes = 32 * 1024 * 1024;
    private const int BytesOfEntry = 400;

    public static RefreshingCache<(string TenantId, string ToolId), KnownTool> CreateCache(
        TimeProvider time, SharedAnswers? shared = null) => new(time, new()
        {
            FreshTime = FoundTime, NegativeTime = MissingTime, SizeLimit = MaxBytes,
            IsNegative = known => known.Tool is null,
            SizeOf = known => BytesOf(known.Tool),
            TagsOf = (key, _) => [TagOf(null, key.ToolId), TagOf(key.TenantId, key.ToolId)],
            Shared = shared, NameOf = key => TagOf(key.TenantId, key.ToolId),
        });

    /// <summary>What is removed when something changes with a tool, for one tenant or, with null, for all.</summary>
    public static string TagOf(string? tenantId, string toolId) => $"{tenantId}\n{toolId}";

    private static long BytesOf(RegisteredTool? tool) => BytesOfEntry
        + (tool is null ? 0 : (tool.Permissions ?? []).Sum(each => BytesOf(each)) + tool.Versions.Sum(each => BytesOf(each.Version)));

    private static long BytesOf(string text) => 64 + (2L * text.Length);
}
