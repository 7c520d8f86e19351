using AgentManagement.Access;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Agents;

/// <summary>
/// A change that somebody asks of one agent. The gateway makes it, the tenant grain admits it, the agent grain decides it.
/// Each command names the permission that it needs.
/// </summary>
[GenerateSerializer, Immutable, Alias("AgentCommand")]
public abstract record AgentCommand : ICommand
{
    /// <summary>Under which conditions and how the change is to be made.</summary>
    [Id(0)] public WriteOptions Options { get; init; } = WriteOptions.None;

    bool ICommand.IsSafeToRetry => Options.IsSafeToRetry;
}

/// <summary>Makes a new agent, as a draft.</summary>
/// <param name="Content">The body: name, description, type, config, tags, metadata, and an optional id.</param>
/// <param name="ClonedFrom">Set by <see cref="CloneAgent"/>.</param>
[GenerateSerializer, Immutable, Alias("CreateAgent"), Requires(Permissions.AgentsWrite)]
public sealed record CreateAgent(JsonText Content, string? ClonedFrom = null) : AgentCommand
{
    /// <summary>
    /// The template that the content was made from; set by <see cref="InstantiateTemplate"/> and <see cref="CloneAgent"/>.
    /// </summary>
    [Id(2)] public Derivation? Derivation { get; init; }

    /// <summary>Whose files the agent is made of; set by <see cref="ApplyAgent"/>.</summary>
    [Id(3)] public string? Manager { get; init; }
}

/// <summary>Replaces the whole content; creates the agent when it is absent.</summary>
[GenerateSerializer, Immutable, Alias("ReplaceAgent"), Requires(Permissions.AgentsWrite)]
public sealed record ReplaceAgent(JsonText Content) : AgentCommand;

/// <summary>
/// Brings an agent to what a file has, and keeps what others changed since the same manager applied it last; makes it when it is absent.
/// </summary>
/// <param name="Manager">Whose files these are.</param>
/// <param name="Content">What the file has: a whole content.</param>
/// <param name="Decisions">Which side holds, by the conflict's label; mine is the file.</param>
[GenerateSerializer, Immutable, Alias("ApplyAgent"), Requires(Permissions.AgentsWrite)]
public sealed record ApplyAgent(string Manager, JsonText Content, ImmutableDictionary<string, ConflictChoice> Decisions) : AgentCommand;

/// <summary>Applies a JSON merge patch (RFC 7396) to the content.</summary>
[GenerateSerializer, Immutable, Alias("PatchAgent"), Requires(Permissions.AgentsWrite)]
public sealed record PatchAgent(JsonText Patch) : AgentCommand;

/// <summary>Makes the agent live. Its configuration must be complete.</summary>
[GenerateSerializer, Immutable, Alias("ActivateAgent"), Requires(Permissions.AgentsActivate)]
public sealed record ActivateAgent(string? Reason) : AgentCommand;

/// <summary>Takes the agent out of service.</summary>
[GenerateSerializer, Immutable, Alias("DeactivateAgent"), Requires(Permissions.AgentsActivate)]
public sealed record DeactivateAgent(string? Reason) : AgentCommand;

/// <summary>Deletes the agent so that it can be restored for 30 days.</summary>
[GenerateSerializer, Immutable, Alias("ArchiveAgent"), Requires(Permissions.AgentsDelete)]
public sealed record ArchiveAgent : AgentCommand
{
    /// <summary>Also when others refer to it, which are marked then. It takes the permission to purge.</summary>
    [Id(0)] public bool Force { get; init; }
}

/// <summary>Brings an archived agent back, inactive.</summary>
[GenerateSerializer, Immutable, Alias("RestoreAgent"), Requires(Permissions.AgentsDelete)]
public sealed record RestoreAgent : AgentCommand;

/// <summary>Removes an archived agent's configuration and all its versions for good; the log keeps who and when.</summary>
[GenerateSerializer, Immutable, Alias("PurgeAgent"), Requires(Permissions.AgentsPurge)]
public sealed record PurgeAgent : AgentCommand
{
    /// <summary>Also when others refer to it, which are marked then.</summary>
    [Id(0)] public bool Force { get; init; }
}

/// <summary>Marks the agent with the tools it uses that do not work any more. Changes no content; only the service itself may.</summary>
/// <param name="Tools">Their ids; none when all work.</param>
[GenerateSerializer, Immutable, Alias("MarkDegraded"), Requires(Permissions.AgentsMark)]
public sealed record MarkDegraded(ImmutableArray<string> Tools) : AgentCommand;

/// <summary>
/// Marks the agent when something that it refers to is gone, or takes the mark away. Changes no content; only the service itself may.
/// </summary>
/// <param name="Reference">What it refers to: <c>agent/{id}</c>, <c>template/{id}</c> or <c>file/{id}</c>.</param>
/// <param name="IsGone">Whether that is gone.</param>
[GenerateSerializer, Immutable, Alias("MarkReference"), Requires(Permissions.AgentsMark)]
public sealed record MarkReference(string Reference, bool IsGone) : AgentCommand;

/// <summary>Makes a new draft with the content of another agent. Applied to the new agent's id.</summary>
/// <param name="SourceId">The agent to copy.</param>
/// <param name="Name">The new agent's name.</param>
[GenerateSerializer, Immutable, Alias("CloneAgent"), Requires(Permissions.AgentsWrite)]
public sealed record CloneAgent(string SourceId, string Name) : AgentCommand;

/// <summary>Makes a new version with the content of an old one.</summary>
[GenerateSerializer, Immutable, Alias("RollbackAgent"), Requires(Permissions.AgentsWrite)]
public sealed record RollbackAgent(int ToVersion, string? Note) : AgentCommand;
