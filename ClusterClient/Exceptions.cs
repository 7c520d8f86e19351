namespace AgentManagement.ClusterClient;

/// <summary>A call was refused.</summary>
/// <param name="code">Stable, for programs.</param>
/// <param name="message">For people.</param>
public sealed class AgentManagementException(string code, string message) : Exception(message)
{
    /// <summary>Stable, for programs.</summary>
    public string Code { get; } = code;
}

/// <summary>A watch asked for a revision that the tenant never had, as after its database was restored.</summary>
/// <param name="revision">The tenant's revision: read everything anew, and watch from here.</param>
public sealed class ResyncRequiredException(long revision) : Exception("The revision is none of this tenant's: read everything anew.")
{
    /// <summary>The tenant's revision.</summary>
    public long Revision { get; } = revision;
}
