namespace AgentManagement.Changes;

/// <summary>
/// Tells a tenant's feed, over a stream, that the log has something new. It may be late, twice or lost: the log is the truth.
/// </summary>
/// <param name="AgentId">Which agent was changed.</param>
/// <param name="Version">The version that the change made.</param>
[GenerateSerializer, Immutable, Alias("ChangeHint")]
internal sealed record ChangeHint(string AgentId, int Version)
{
    /// <summary>The stream provider that every silo has.</summary>
    public const string Provider = "hints";

    /// <summary>The namespace of the streams; their keys are those of the tenants' grains.</summary>
    public const string Namespace = "changes";
}
