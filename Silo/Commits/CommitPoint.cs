namespace AgentManagement.Silo.Commits;

/// <summary>The moments of a commit between which all or nothing is lost when the process dies.</summary>
internal enum CommitPoint
{
    /// <summary>The changes of a batch are chosen; nothing was sent.</summary>
    Gathered,

    /// <summary>The rows of tenants that had none are made, and nothing of their changes.</summary>
    TenantsMade,

    /// <summary>The tenants' rows are held.</summary>
    Locked,

    /// <summary>The transaction is committed, and nobody was told.</summary>
    Committed,

    /// <summary>Those who wait in the silo were told.</summary>
    Answered,
}

/// <summary>Where a test has the process die. Nothing else listens.</summary>
internal static class CommitPoints
{
    public static Action<CommitPoint>? Reached { get; set; }
}
