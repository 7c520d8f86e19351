namespace AgentManagement.WebConsole.Agents;

/// <summary>Kinds of changes in words.</summary>
public static class Kinds
{
    public static string Words(string kind) => kind switch
    {
        "agent_created" => "Made",
        "agent_updated" => "Changed",
        "agent_activated" => "Activated",
        "agent_deactivated" => "Deactivated",
        "agent_archived" or "agent_deleted" => "Archived",
        "agent_restored" => "Restored",
        "agent_rolled_back" => "Rolled back",
        "agent_instantiated" => "Made from a template",
        "agent_degraded" => "Uses what does not work any more",
        "agent_recovered" => "All that it uses works again",
        "agent_cloned" => "Cloned",
        "agent_purged" => "Removed for good",
        "agent_upgraded" => "Upgraded to another version of its template",
        _ => kind.Replace('_', ' '),
    };
}
