namespace AgentManagement.Grains.Changes;

/// <summary>The streams of changes, one for each tenant, with the key of the tenant's grain.</summary>
public static class ChangeStream
{
    /// <summary>The stream provider that every silo has.</summary>
    public const string Provider = "signals";

    public const string Namespace = "changes";
}
