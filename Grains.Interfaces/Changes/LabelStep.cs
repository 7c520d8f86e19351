namespace AgentManagement.Changes;

/// <summary>What a change of a label or of one of its releases did.</summary>
/// <param name="Label">The label.</param>
/// <param name="Revision">The label's revision after it.</param>
/// <param name="ReleaseId">The release; null where it was the policy that was changed.</param>
/// <param name="Status">The release's status after it.</param>
/// <param name="Step">The step of its rollout that holds; null outside of one.</param>
/// <param name="Items">What was assigned, all at once; empty when nothing was.</param>
[GenerateSerializer, Immutable, Alias("LabelStep")]
public sealed record LabelStep(
    string Label, int Revision, string? ReleaseId, string? Status, int? Step, ImmutableArray<AssignedVersion> Items);

/// <summary>What a label has of an agent from then on; nothing of it where both versions are null.</summary>
/// <param name="Weight">How many of 100,000 keys have the candidate.</param>
[GenerateSerializer, Immutable, Alias("AssignedVersion")]
public sealed record AssignedVersion(string AgentId, int? Stable, int? Candidate, int Weight);
