namespace AgentManagement.Changes;

/// <summary>
/// Tells a tenant's feed, over a stream, that the log has something new. It says nothing of what, since it may be late, twice
/// or lost: the log is the truth.
/// </summary>
[GenerateSerializer, Immutable, Alias("ChangeHint")]
internal sealed record ChangeHint
{
    /// <summary>The stream provider that every silo has.</summary>
    public const string Provider = "hints";

    /// <summary>The namespace of the streams; their keys are those of the tenants' grains.</summary>
    public const string Namespace = "changes";
}
