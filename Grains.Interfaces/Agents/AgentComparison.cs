namespace AgentManagement.Agents;

/// <summary>What two contents have different.</summary>
/// <param name="Differences">Place by place.</param>
/// <param name="Risks">What that means, the gravest first.</param>
[GenerateSerializer, Immutable, Alias("AgentComparison")]
public sealed record AgentComparison(ImmutableArray<DiffOperation> Differences, ImmutableArray<Risk> Risks);

/// <summary>What a change of a content means, in words.</summary>
/// <param name="Code">guardrail_weakened, tool_added …: stable, for programs.</param>
/// <param name="Level">high, medium or low.</param>
/// <param name="Text">For people.</param>
/// <param name="Places">Where, in words: config.guardrails.moderation. Of many the first.</param>
/// <param name="Count">At how many places.</param>
[GenerateSerializer, Immutable, Alias("Risk")]
public sealed record Risk(string Code, string Level, string Text, ImmutableArray<string> Places, int Count);
