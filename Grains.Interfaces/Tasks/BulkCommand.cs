using AgentManagement.Access;
using AgentManagement.Catalog;
using AgentManagement.Json;

namespace AgentManagement.Tasks;

/// <summary>Does the same with many agents: with those that are named, or those that a filter finds when the task begins.</summary>
[GenerateSerializer, Immutable, Alias("BulkCommand")]
public abstract record BulkCommand : TaskCommand
{
    /// <summary>Most agents of one task.</summary>
    public const int MaxAgents = 1_000;

    /// <summary>The agents; empty where a filter finds them.</summary>
    [Id(0)] public ImmutableArray<string> Ids { get; init; } = [];

    /// <summary>Which agents, where they are not named.</summary>
    [Id(1)] public AgentQuery? Filter { get; init; }

    /// <summary>Kept in the history of each.</summary>
    [Id(2)] public string? Note { get; init; }

    /// <summary>Decide and tell, but change nothing.</summary>
    [Id(3)] public bool DryRun { get; init; }

    public override string Kind => TaskKind.Bulk;
}

/// <summary>Applies a JSON merge patch (RFC 7396) to the content of each agent.</summary>
/// <param name="Patch">The patch; at most <see cref="MaxPatchBytes"/>, since each item has it.</param>
[GenerateSerializer, Immutable, Alias("PatchAgents"), Requires(Permissions.AgentsWrite)]
public sealed record PatchAgents(JsonText Patch) : BulkCommand
{
    /// <summary>Most bytes of a patch.</summary>
    public const int MaxPatchBytes = 16 * 1024;
}

/// <summary>Makes each agent live.</summary>
[GenerateSerializer, Immutable, Alias("ActivateAgents"), Requires(Permissions.AgentsActivate)]
public sealed record ActivateAgents : BulkCommand;

/// <summary>Takes each agent out of service.</summary>
[GenerateSerializer, Immutable, Alias("DeactivateAgents"), Requires(Permissions.AgentsActivate)]
public sealed record DeactivateAgents : BulkCommand;

/// <summary>Archives each agent.</summary>
[GenerateSerializer, Immutable, Alias("ArchiveAgents"), Requires(Permissions.AgentsDelete)]
public sealed record ArchiveAgents : BulkCommand;

/// <summary>Brings each archived agent back.</summary>
[GenerateSerializer, Immutable, Alias("RestoreAgents"), Requires(Permissions.AgentsDelete)]
public sealed record RestoreAgents : BulkCommand;
