namespace AgentManagement.Changes;

/// <summary>What a change did, for those who run the agent.</summary>
/// <param name="Fields">
/// JSON pointers of what changed, to the sections of the configuration: <c>/name</c>, <c>/config/model</c>, <c>/status</c>.
/// Empty for a new agent.
/// </param>
/// <param name="ToolsAdded">Ids of tools that the agent did not have before.</param>
/// <param name="ToolsRemoved">Ids of tools that it does not have any more.</param>
/// <param name="Policy">What the editor asks of running sessions.</param>
[GenerateSerializer, Immutable, Alias("ChangeDetails")]
public sealed record ChangeDetails(
    ImmutableArray<string> Fields, ImmutableArray<string> ToolsAdded, ImmutableArray<string> ToolsRemoved, UpdatePolicy Policy)
{
    /// <summary>Ids of the agent's tools that do not work any more, after the change.</summary>
    [Id(4)] public ImmutableArray<string> Degraded { get; init; } = [];
}

/// <summary>What the editor of an agent asks of those who run it.</summary>
/// <param name="ApplyToNewInteractions">New interactions are to use the change.</param>
/// <param name="NotifySessions">Running sessions are to be told of it.</param>
/// <param name="ForceUpdateSessions">Running sessions are to take it over at once.</param>
[GenerateSerializer, Immutable, Alias("UpdatePolicy")]
public sealed record UpdatePolicy(bool ApplyToNewInteractions, bool NotifySessions, bool ForceUpdateSessions)
{
    /// <summary>What holds where nothing is asked: new interactions use the change, running ones are left alone.</summary>
    public static UpdatePolicy Default { get; } = new(ApplyToNewInteractions: true, NotifySessions: false, ForceUpdateSessions: false);
}
