namespace AgentManagement.Client;

/// <summary>How a cache keeps agents.</summary>
/// <param name="Tenant">Whose agents these are. A token of another tenant is refused.</param>
public sealed record AgentCacheOptions(string Tenant)
{
    /// <summary>A folder for what is known while nobody runs, with a file for each service and tenant; null for none.</summary>
    public string? Folder { get; init; }

    /// <inheritdoc cref="FollowOptions.Silence"/>
    public TimeSpan Silence { get; init; } = FollowOptions.Default.Silence;

    /// <summary>As whom the cache says which versions it gives out, every 20 seconds; null for nobody.</summary>
    public RuntimeOptions? Runtime { get; init; }

    /// <summary>Told of each kept agent that has changed, with what it is now; null when it is gone.</summary>
    public Action<string, Agent?>? Changed { get; init; }

    /// <summary>Told of what goes wrong in the background; it is tried again.</summary>
    public Action<Exception>? Failed { get; init; }
}

/// <summary>An agent as a cache has it.</summary>
/// <param name="Age">The time since it was last known to be the current one.</param>
/// <param name="IsLive">Whether the cache hears of changes now. If not, the agent may have changed since.</param>
public sealed record KnownAgent(Agent Agent, TimeSpan Age, bool IsLive);

/// <summary>Agents at the versions that a label has for a key, all of one revision of the label.</summary>
/// <param name="Missing">Those that the label does not have, or that are gone.</param>
/// <param name="Age">The time since the label's revision, and the agents' status, were last known to be the current ones.</param>
/// <param name="IsLive">Whether the cache hears of changes now. If not, the label may have changed since.</param>
public sealed record LabelledAgents(
    int LabelRevision, IReadOnlyList<LabelledAgent> Items, IReadOnlyList<string> Missing, TimeSpan Age, bool IsLive);

/// <summary>An agent at the version that a label has; its status is the one that it has now.</summary>
/// <param name="Variant">stable or candidate.</param>
/// <param name="Release">The release that brought the version to the label.</param>
public sealed record LabelledAgent(Agent Agent, string Variant, string Release);
