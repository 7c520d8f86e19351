namespace AgentManagement.Outcomes;

/// <summary>What refers to something else.</summary>
/// <param name="Kind">agent, template or label.</param>
/// <param name="Id">Its id.</param>
[GenerateSerializer, Immutable, Alias("Referrer")]
public sealed record Referrer(string Kind, string Id);
