namespace AgentManagement.Tenants;

/// <summary>What a tier allows. The figures are data: Domain/Tiers/tiers.json.</summary>
[GenerateSerializer, Immutable, Alias("TierLimits")]
public sealed record TierLimits
{
    /// <summary>free, advance, professional or enterprise.</summary>
    [Id(0)] public required string Tier { get; init; }

    /// <summary>Agents that are not archived.</summary>
    [Id(1)] public required int Agents { get; init; }

    /// <summary>Agents that are active at the same time.</summary>
    [Id(2)] public required int ActiveAgents { get; init; }

    /// <summary>Agents made within a day (UTC); null for no limit.</summary>
    [Id(3)] public int? CreatesPerDay { get; init; }

    /// <summary>Tools of one agent.</summary>
    [Id(4)] public required int Tools { get; init; }

    /// <summary>MCP servers of one agent.</summary>
    [Id(5)] public required int McpServers { get; init; }

    /// <summary>Knowledge collections of one agent.</summary>
    [Id(6)] public required int Collections { get; init; }

    /// <summary>Unicode characters of the instruction template.</summary>
    [Id(7)] public required int InstructionCharacters { get; init; }

    /// <summary>Versions of one agent whose content is kept.</summary>
    [Id(8)] public required int VersionsKept { get; init; }

    /// <summary>Allowed models as <c>provider/id</c>; a trailing '*' stands for any rest, "*" for all.</summary>
    [Id(9)] public required ImmutableArray<string> Models { get; init; }

    /// <summary>Requests a minute.</summary>
    [Id(10)] public required int RequestsPerMinute { get; init; }

    /// <summary>Open change feeds.</summary>
    [Id(11)] public required int Watchers { get; init; }

    /// <summary>Templates of the tenant's own; 0 where the tier has none.</summary>
    [Id(12)] public int Templates { get; init; }

    /// <summary>Mebibytes of the largest file.</summary>
    [Id(13)] public int FileMebibytes { get; init; }

    /// <summary>Mebibytes of all files together.</summary>
    [Id(14)] public int TotalFileMebibytes { get; init; }

    /// <summary>Media types that files may have; a trailing '*' stands for any rest.</summary>
    [Id(15)] public ImmutableArray<string> FileTypes { get; init; } = [];
}
