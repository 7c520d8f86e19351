namespace AgentManagement.Grains.Changes;

/// <summary>
/// Tells a tenant's feed, over a stream, that the log has something new. It may be late, twice or lost: the log is the truth.
/// </summary>
/// <param name="Revision">The change's revision.</param>
[GenerateSerializer, Immutable, Alias("ChangeSignal")]
public sealed record ChangeSignal(long Revision)
{
    /// <summary>The stream provider that every silo has.</summary>
    public const string Provider = "signals";

    /// <summary>The namespace of the streams; their keys are those of the tenants' grains.</summary>
    public const string Namespace = "changes";
}
