using AgentManagement.Agents;
using AgentManagement.Changes;

namespace AgentManagement.Domain.Agents;

/// <summary>The legal moves between statuses. What is not here is refused.</summary>
public static class Transitions
{
    private static readonly ImmutableDictionary<(string From, string Kind), string> Table =
        new Dictionary<(string, string), string>
        {
            [(AgentStatus.Draft, ChangeKind.Activated)] = AgentStatus.Active,
            [(AgentStatus.Inactive, ChangeKind.Activated)] = AgentStatus.Active,
            [(AgentStatus.Active, ChangeKind.Deactivated)] = AgentStatus.Inactive,
            [(AgentStatus.Draft, ChangeKind.Archived)] = AgentStatus.Archived,
            [(AgentStatus.Active, ChangeKind.Archived)] = AgentStatus.Archived,
            [(AgentStatus.Inactive, ChangeKind.Archived)] = AgentStatus.Archived,
            // A draft comes back as a draft (see StatusRules); nothing comes back live.
            [(AgentStatus.Archived, ChangeKind.Restored)] = AgentStatus.Inactive,
        }.ToImmutableDictionary();

    /// <summary>The status that a move leads to, or null when there is no such move.</summary>
    public static string? Next(string from, string kind) => Table.GetValueOrDefault((from, kind));

    /// <summary>Whether the agent is already where moves of this kind lead.</summary>
    public static bool IsDone(string status, string kind) => kind switch
    {
        ChangeKind.Activated => status == AgentStatus.Active,
        ChangeKind.Deactivated => status == AgentStatus.Inactive,
        ChangeKind.Archived => status == AgentStatus.Archived,
        _ => false,
    };
}
