namespace AgentManagement.Agents;

/// <summary>The statuses of an agent; see Grains/Agents/Transitions.cs for the moves between them.</summary>
public static class AgentStatus
{
    public const string Draft = "draft";
    public const string Active = "active";
    public const string Inactive = "inactive";
    public const string Archived = "archived";

    public static ImmutableArray<string> All { get; } = [Draft, Active, Inactive, Archived];
}

/// <summary>The types of agents.</summary>
public static class AgentType
{
    public const string Conversational = "conversational";
    public const string Rag = "rag";
    public const string Workflow = "workflow";

    public static ImmutableArray<string> All { get; } = [Conversational, Rag, Workflow];
}
