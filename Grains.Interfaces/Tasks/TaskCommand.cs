using AgentManagement.Access;
using AgentManagement.Agents;

namespace AgentManagement.Tasks;

/// <summary>Work that somebody asks for, to be done in the background. Each kind names the permission that it needs.</summary>
[GenerateSerializer, Immutable, Alias("TaskCommand")]
public abstract record TaskCommand : ICommand
{
    /// <summary>One of <see cref="TaskKind"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>Hash of the request that asked: another one under the same idempotency key is refused. Null without a key.</summary>
    [Id(0)] public string? Fingerprint { get; init; }
}

/// <summary>Makes or replaces an agent for each line.</summary>
/// <param name="UploadId">The upload of the lines, which are NDJSON as the export writes it.</param>
/// <param name="Lines">How many lines it has.</param>
[GenerateSerializer, Immutable, Alias("ImportUpload"), Requires(Permissions.AgentsWrite)]
public sealed record ImportAgents(string UploadId, int Lines) : TaskCommand
{
    /// <summary>Decide and tell, but change nothing.</summary>
    [Id(2)] public bool DryRun { get; init; }

    /// <summary>Agents that are there are left as they are.</summary>
    [Id(3)] public bool CreatesOnly { get; init; }

    public override string Kind => TaskKind.Import;
}

/// <summary>Validates all agents by today's rules and tier.</summary>
[GenerateSerializer, Immutable, Alias("RevalidateAgents"), Requires(Permissions.AgentsWrite)]
public sealed record RevalidateAgents : TaskCommand
{
    public override string Kind => TaskKind.Revalidate;
}

/// <summary>Purges the archived agents that can no longer be restored.</summary>
[GenerateSerializer, Immutable, Alias("PurgeExpiredAgents"), Requires(Permissions.AgentsPurge)]
public sealed record PurgeExpiredAgents : TaskCommand
{
    public override string Kind => TaskKind.Purge;
}

/// <summary>Brings all agents of a template to one of its versions, in waves.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="ToVersion">Its version; null for the newest.</param>
/// <param name="OnConflict">What to do where template and tenant changed the same.</param>
/// <param name="MaxFailures">After a wave in which more agents than this were refused, the rest is left alone.</param>
[GenerateSerializer, Immutable, Alias("UpgradeDerivedAgents"), Requires(Permissions.AgentsWrite)]
public sealed record UpgradeDerivedAgents(string TemplateId, int? ToVersion, ConflictChoice OnConflict, int MaxFailures) : TaskCommand
{
    public override string Kind => TaskKind.Upgrade;
}

/// <summary>Brings the agents that a task has upgraded back to what they were, unless they were edited since.</summary>
/// <param name="TaskId">The task.</param>
[GenerateSerializer, Immutable, Alias("UndoUpgrade"), Requires(Permissions.AgentsWrite)]
public sealed record UndoUpgrade(string TaskId) : TaskCommand
{
    public override string Kind => TaskKind.UndoUpgrade;
}

/// <summary>Asks the Tool Registry for the tools of all agents, and marks those whose tools do not work any more.</summary>
[GenerateSerializer, Immutable, Alias("CheckTools"), Requires(Permissions.AgentsWrite)]
public sealed record CheckTools : TaskCommand
{
    public override string Kind => TaskKind.Tools;
}

/// <summary>Removes the files that no kept version has referred to for the grace period, and what uploads left behind.</summary>
[GenerateSerializer, Immutable, Alias("CollectFiles"), Requires(Permissions.AgentsPurge)]
public sealed record CollectFiles : TaskCommand
{
    public override string Kind => TaskKind.Files;
}
