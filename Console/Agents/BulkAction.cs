namespace AgentManagement.WebConsole.Agents;

/// <summary>What is done with many agents at once.</summary>
/// <param name="Name">As the API calls it.</param>
public sealed record BulkAction(string Name, string Title, string Permission);
