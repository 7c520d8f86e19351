namespace AgentManagement.Outcomes;

/// <summary>What refers to something else.</summary>
/// <param name="Kind">agent or template.</param>
/// <param name="Id">Its id.</param>
[GenerateSerializer, Immutable, Alias("Referrer")]
public sealed record Referrer(string Kind, string Id);
